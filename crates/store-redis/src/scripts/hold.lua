-- Takes or renews a lease.
-- KEYS: lease, fences. ARGV: name of the lease, holder, term in ms.
local held = redis.call('GET', KEYS[1])
if held then
  local fence, holder = string.match(held, '^(%d+)|(.*)$')
  if holder ~= ARGV[2] then
    return false
  end
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return tonumber(fence)
end
local fence = redis.call('HINCRBY', KEYS[2], ARGV[1], 1)
redis.call('SET', KEYS[1], fence .. '|' .. ARGV[2], 'PX', ARGV[3])
return fence
