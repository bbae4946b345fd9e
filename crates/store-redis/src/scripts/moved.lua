-- A producer's clock has moved; its sources, where they changed.
-- KEYS: producers, sources. ARGV: producer, generation, at, sources (empty: as before).
local known = redis.call('HGET', KEYS[1], ARGV[1])
local newest = known and tonumber(string.match(known, '^(%d+)')) or 0
if tonumber(ARGV[2]) < newest then
  return redis.error_reply('FENCED ' .. ARGV[1] .. ' publishes as generation ' .. ARGV[2] .. ', but ' .. string.format('%.0f', newest) .. ' has begun')
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. '|' .. ARGV[3])
if ARGV[4] ~= '' then
  redis.call('HSET', KEYS[2], ARGV[1], ARGV[4])
end
return 1
