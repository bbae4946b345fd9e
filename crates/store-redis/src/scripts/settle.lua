-- The newest state of these slots lies in a volume; answers the volumes in which nothing lies any more because of that.
-- KEYS: leases, volumes. ARGV: volume, lifetime in seconds, (slot, fence)...
for i = 3, #ARGV, 2 do
  local lease = redis.call('HGET', KEYS[1], ARGV[i])
  if lease then
    local fence, _, _, holder = string.match(lease, '^(%d+)|(%d+)|(%d+)|(.*)$')
    if fence ~= ARGV[i + 1] then
      return redis.error_reply('FENCED slot ' .. ARGV[i] .. ' is settled under fence ' .. ARGV[i + 1] .. ', but ' .. holder .. ' has taken it under ' .. fence)
    end
  end
end
local before = {}
for i = 3, #ARGV, 2 do
  local volume = redis.call('HGET', KEYS[2], ARGV[i])
  if volume and volume ~= ARGV[1] then
    before[volume] = true
  end
  redis.call('HSET', KEYS[2], ARGV[i], ARGV[1])
end
redis.call('EXPIRE', KEYS[2], ARGV[2])
for _, volume in ipairs(redis.call('HVALS', KEYS[2])) do
  before[volume] = nil
end
local left = {}
for volume in pairs(before) do
  left[#left + 1] = volume
end
table.sort(left)
return left
