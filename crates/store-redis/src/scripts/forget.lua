-- Forgets what was staged and never flipped.
-- KEYS: chunks, staged, index.
local staged = redis.call('HGETALL', KEYS[2])
for i = 1, #staged, 2 do
  local generation, name = string.match(staged[i], '^(%d+)/(.*)$')
  if redis.call('HGET', KEYS[3], name) ~= generation then
    redis.call('HDEL', KEYS[1], staged[i])
  end
end
redis.call('DEL', KEYS[2])
return 1
