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
-- Above all before, also when the store has been emptied: the microsecond of its clock.
local now = redis.call('TIME')
local newest = tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or '0')
local fence = math.max(newest + 1, tonumber(now[1]) * 1000000 + tonumber(now[2]))
local told = string.format('%.0f', fence)
redis.call('HSET', KEYS[2], ARGV[1], told)
redis.call('SET', KEYS[1], told .. '|' .. ARGV[2], 'PX', ARGV[3])
return fence
