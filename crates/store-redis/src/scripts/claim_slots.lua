-- Takes slots that nobody holds, or a former life of the same member.
-- KEYS: leases. ARGV: name, life, term in ms, lifetime in seconds, slot... Answers slot, fence, ...
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
-- Above all before, also when the store has been emptied: the microsecond of its clock.
local clock = tonumber(time[1]) * 1000000 + tonumber(time[2])
local name, life, ends = ARGV[1], tonumber(ARGV[2]), string.format('%.0f', now + tonumber(ARGV[3]))
local claimed = {}
for i = 5, #ARGV do
  local lease = redis.call('HGET', KEYS[1], ARGV[i])
  local newest, open = 0, true
  if lease then
    local fence, of, till, holder = string.match(lease, '^(%d+)|(%d+)|(%d+)|(.*)$')
    newest = tonumber(fence)
    open = tonumber(till) <= now or (holder == name and tonumber(of) <= life)
  end
  if open then
    local fence = string.format('%.0f', math.max(newest + 1, clock))
    redis.call('HSET', KEYS[1], ARGV[i], fence .. '|' .. ARGV[2] .. '|' .. ends .. '|' .. name)
    claimed[#claimed + 1] = ARGV[i]
    claimed[#claimed + 1] = fence
  end
end
redis.call('EXPIRE', KEYS[1], ARGV[4])
return claimed
