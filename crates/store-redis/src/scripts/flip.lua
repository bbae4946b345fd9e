-- Makes all that was staged up to a generation valid.
-- KEYS: owner, chunks, staged, index. ARGV: name of the owner, fence, generation, pointer, lifetime in seconds, base.
-- The index tells of each name in which generation its valid chunk lies.
local newest = tonumber(redis.call('HGET', KEYS[1], 'fence') or '0')
if tonumber(ARGV[2]) < newest then
  return redis.error_reply('FENCED ' .. ARGV[1] .. ' writes with fence ' .. ARGV[2] .. ', but ' .. string.format('%.0f', newest) .. ' was taken')
end
local there = tonumber(redis.call('HGET', KEYS[1], 'generation') or '0')
if there < tonumber(ARGV[6]) then
  return redis.error_reply('EMPTIED ' .. ARGV[1] .. ' changes generation ' .. ARGV[6] .. ', but ' .. there .. ' is there')
end
if ARGV[6] == '0' then
  local old = redis.call('HGETALL', KEYS[4])
  for i = 1, #old, 2 do
    redis.call('HDEL', KEYS[2], old[i + 1] .. '/' .. old[i])
  end
  redis.call('DEL', KEYS[4])
end
local staged = redis.call('HGETALL', KEYS[3])
local due = {}
for i = 1, #staged, 2 do
  local generation, name = string.match(staged[i], '^(%d+)/(.*)$')
  if tonumber(generation) <= tonumber(ARGV[3]) then
    due[#due + 1] = { tonumber(generation), generation, name, staged[i], staged[i + 1] }
  end
end
table.sort(due, function(a, b) return a[1] < b[1] end)
for _, entry in ipairs(due) do
  local generation, name, field, there = entry[2], entry[3], entry[4], entry[5]
  local before = redis.call('HGET', KEYS[4], name)
  if before and before ~= generation then
    redis.call('HDEL', KEYS[2], before .. '/' .. name)
  end
  if there == '1' then
    redis.call('HSET', KEYS[4], name, generation)
  else
    redis.call('HDEL', KEYS[4], name)
    redis.call('HDEL', KEYS[2], field)
  end
  redis.call('HDEL', KEYS[3], field)
end
redis.call('HSET', KEYS[1], 'pointer', ARGV[4], 'generation', ARGV[3])
for i = 1, 4 do
  redis.call('EXPIRE', KEYS[i], ARGV[5])
end
return 1
