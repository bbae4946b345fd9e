-- Adds points to lines of one hour.
-- KEYS: the hour's lines. ARGV: lifetime in seconds, then (line, points)...
for i = 2, #ARGV, 2 do
  local before = redis.call('HGET', KEYS[1], ARGV[i]) or ''
  redis.call('HSET', KEYS[1], ARGV[i], before .. ARGV[i + 1])
end
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 1
