-- Keeps a screen's sign of life over its last one; beyond the bound, the screen that was silent for longest is forgotten.
-- KEYS: what the wall's screens told, when each was heard, since when anything is remembered.
-- ARGV: screen, beat, when it was heard (µs), how long both are kept (ms), bound.
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
redis.call('SET', KEYS[3], ARGV[3], 'NX')
local beyond = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[5])
if beyond > 0 then
  for _, screen in ipairs(redis.call('ZRANGE', KEYS[2], 0, beyond - 1)) do
    redis.call('HDEL', KEYS[1], screen)
    redis.call('ZREM', KEYS[2], screen)
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
return 0
