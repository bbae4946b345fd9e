-- Keeps the changed cells of one slot.
-- KEYS: the slot's blocks, then the cells of each block.
-- ARGV: producer, its generation, lifetime in seconds; then for each block: definition, meta, block generation,
--       1 if it is whole, number of cells, (object, cell)..., number of objects that are gone, object...
-- A block's meta is `producer generation|block generation|seq|at|producer`.
local producer, generation, lifetime = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local stored = {}
local at = 4
for i = 2, #KEYS do
  local known = redis.call('HGET', KEYS[1], ARGV[at])
  stored[i] = known
  if known then
    local newest, owner = string.match(known, '^(%d+)|%d+|%d+|%-?%d+|(.*)$')
    if owner == producer and newest and tonumber(newest) > generation then
      return redis.error_reply('FENCED ' .. producer .. ' publishes as generation ' .. ARGV[2] .. ', but ' .. newest .. ' has begun')
    end
  end
  at = at + 5 + 2 * tonumber(ARGV[at + 4])
  at = at + 1 + tonumber(ARGV[at])
end
at = 4
for i = 2, #KEYS do
  local cells = KEYS[i]
  local before = stored[i] and string.match(stored[i], '^%d+|(%d+)|')
  if ARGV[at + 3] == '1' or before ~= ARGV[at + 2] then
    redis.call('DEL', cells)
  end
  redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1])
  local count = tonumber(ARGV[at + 4])
  at = at + 5
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
return 1
