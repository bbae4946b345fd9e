-- A member lives, and renews its leases; answers how everything stands.
-- KEYS: leases, members, volumes. ARGV: name, life, term in ms, lifetime in seconds, (slot, fence)...
-- A lease reads `fence|life|until|holder`, a member `life|until`, times in ms of the server's clock. A lease that has
-- ended stays, so that its holder can go on if nobody came between.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local name, life, ends = ARGV[1], tonumber(ARGV[2]), string.format('%.0f', now + tonumber(ARGV[3]))
local known = redis.call('HGET', KEYS[2], name)
if not known or tonumber(string.match(known, '^(%d+)|')) <= life then
  redis.call('HSET', KEYS[2], name, ARGV[2] .. '|' .. ends)
end
for i = 5, #ARGV, 2 do
  local lease = redis.call('HGET', KEYS[1], ARGV[i])
  local own = not lease
  if lease then
    local fence, of, _, holder = string.match(lease, '^(%d+)|(%d+)|(%d+)|(.*)$')
    own = holder == name and of == ARGV[2] and fence == ARGV[i + 1]
  end
  if own then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1] .. '|' .. ARGV[2] .. '|' .. ends .. '|' .. name)
  end
end
for i = 1, 3 do
  redis.call('EXPIRE', KEYS[i], ARGV[4])
end
local members, leases = {}, {}
local all = redis.call('HGETALL', KEYS[2])
for i = 1, #all, 2 do
  local of, till = string.match(all[i + 1], '^(%d+)|(%d+)$')
  if tonumber(till) > now then
    members[#members + 1] = all[i]
    members[#members + 1] = of
  end
end
all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local fence, of, till, holder = string.match(all[i + 1], '^(%d+)|(%d+)|(%d+)|(.*)$')
  if tonumber(till) > now then
    for _, word in ipairs({ all[i], fence, of, holder }) do
      leases[#leases + 1] = word
    end
  end
end
return { members, leases, redis.call('HGETALL', KEYS[3]) }
