-- A new owner. Its fence is above all before, also when the store has been emptied: the microsecond of its clock.
-- KEYS: owner. ARGV: lifetime in seconds.
local now = redis.call('TIME')
local newest = tonumber(redis.call('HGET', KEYS[1], 'fence') or '0')
local fence = math.max(newest + 1, tonumber(now[1]) * 1000000 + tonumber(now[2]))
redis.call('HSET', KEYS[1], 'fence', string.format('%.0f', fence))
redis.call('EXPIRE', KEYS[1], ARGV[1])
return fence
