-- Adds wishes, within a bound.
-- KEYS: wishes. ARGV: bound, then (key, wish)...
local added = 0
for i = 2, #ARGV, 2 do
  if redis.call('HEXISTS', KEYS[1], ARGV[i]) == 0 then
    if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[1]) then
      return redis.error_reply('FULL ' .. ARGV[1] .. ' statistics are wanted already; remove boards that nobody uses')
    end
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
    added = added + 1
  end
end
return added
