-- Gives slots back; with `1`, the member leaves as well.
-- KEYS: leases, members. ARGV: name, life, 1 to leave, slot...
for i = 4, #ARGV do
  local lease = redis.call('HGET', KEYS[1], ARGV[i])
  if lease then
    local fence, of, _, holder = string.match(lease, '^(%d+)|(%d+)|(%d+)|(.*)$')
    if holder == ARGV[1] and of == ARGV[2] then
      redis.call('HSET', KEYS[1], ARGV[i], fence .. '|' .. of .. '|0|' .. holder)
    end
  end
end
if ARGV[3] == '1' then
  local known = redis.call('HGET', KEYS[2], ARGV[1])
  if known and string.match(known, '^(%d+)|') == ARGV[2] then
    redis.call('HDEL', KEYS[2], ARGV[1])
  end
end
return 1
