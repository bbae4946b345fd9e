-- Keeps the changed cells of one slot, and names of its objects.
-- KEYS: the slot's blocks, the slot's objects, then the cells of each block.
-- ARGV: producer, the fence under which it owns the slot, lifetime in seconds, number of names, (object, info; empty:
--       gone)...; then for each block: definition, meta, 1 if it is whole, number of cells, (object, cell)..., number of
--       objects that are gone, object...
-- A block's meta is `fence|seq|at|producer`; under `!` stands the lowest fence that is taken.
local producer, fence, lifetime = ARGV[1], ARGV[2], ARGV[3]
local guard = redis.call('HGET', KEYS[1], '!')
if guard and tonumber(guard) > tonumber(fence) then
  return redis.error_reply('FENCED ' .. producer .. ' publishes a slot under fence ' .. fence .. ', but it was taken under ' .. guard)
end
local at = 5
for _ = 1, tonumber(ARGV[4]) do
  if ARGV[at + 1] == '' then
    redis.call('HDEL', KEYS[2], ARGV[at])
  else
    redis.call('HSET', KEYS[2], ARGV[at], ARGV[at + 1])
  end
  at = at + 2
end
for i = 3, #KEYS do
  local cells = KEYS[i]
  local known = redis.call('HGET', KEYS[1], ARGV[at])
  if ARGV[at + 2] == '1' or not known or string.match(known, '^(%d+)|') ~= fence then
    redis.call('DEL', cells)
  end
  redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1])
  local count = tonumber(ARGV[at + 3])
  at = at + 4
  for j = at, at + 2 * count - 1, 2 do
    redis.call('HSET', cells, ARGV[j], ARGV[j + 1])
  end
  at = at + 2 * count
  local gone = tonumber(ARGV[at])
  for j = at + 1, at + gone do
    redis.call('HDEL', cells, ARGV[j])
  end
  at = at + 1 + gone
  redis.call('EXPIRE', cells, lifetime)
end
redis.call('EXPIRE', KEYS[1], lifetime)
redis.call('EXPIRE', KEYS[2], lifetime)
return 1
