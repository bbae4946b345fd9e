-- A producer's clock has moved; its objects and sources, where they changed.
-- KEYS: producers, sources, the producer's objects.
-- ARGV: producer, generation, at, lifetime in seconds, sources (empty: as before), then (object, info; empty: gone)...
local known = redis.call('HGET', KEYS[1], ARGV[1])
local newest = known and tonumber(string.match(known, '^(%d+)')) or 0
if tonumber(ARGV[2]) < newest then
  return redis.error_reply('FENCED ' .. ARGV[1] .. ' publishes as generation ' .. ARGV[2] .. ', but ' .. string.format('%.0f', newest) .. ' has begun')
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. '|' .. ARGV[3])
if ARGV[5] ~= '' then
  redis.call('HSET', KEYS[2], ARGV[1], ARGV[5])
end
for i = 6, #ARGV, 2 do
  if ARGV[i + 1] == '' then
    redis.call('HDEL', KEYS[3], ARGV[i])
  else
    redis.call('HSET', KEYS[3], ARGV[i], ARGV[i + 1])
  end
end
if redis.call('EXISTS', KEYS[3]) == 1 then
  redis.call('EXPIRE', KEYS[3], ARGV[4])
end
return 1
