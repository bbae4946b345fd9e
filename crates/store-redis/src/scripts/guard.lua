-- A slot has a new owner: blocks under older fences are refused from now on. Answers the newest event time there.
-- KEYS: the slot's blocks. ARGV: fence, lifetime in seconds.
local guard = redis.call('HGET', KEYS[1], '!')
if not guard or tonumber(guard) < tonumber(ARGV[1]) then
  redis.call('HSET', KEYS[1], '!', ARGV[1])
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
local newest = 0
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local at = string.match(all[i + 1], '^%d+|%d+|(%-?%d+)|')
  if at and tonumber(at) > newest then
    newest = tonumber(at)
  end
end
return string.format('%.0f', newest)
