-- Keeps chunks of a generation that is not yet valid.
-- KEYS: owner, chunks, staged. ARGV: name of the owner, fence, generation, number of chunks, (name, chunk)..., names that are gone...
-- A chunk lies in the hash under `generation/name`; staged lists these fields; an empty chunk says that it is gone.
local newest = tonumber(redis.call('HGET', KEYS[1], 'fence') or '0')
if tonumber(ARGV[2]) < newest then
  return redis.error_reply('FENCED ' .. ARGV[1] .. ' writes with fence ' .. ARGV[2] .. ', but ' .. string.format('%.0f', newest) .. ' was taken')
end
local last = 4 + 2 * tonumber(ARGV[4])
for i = 5, last, 2 do
  local field = ARGV[3] .. '/' .. ARGV[i]
  redis.call('HSET', KEYS[2], field, ARGV[i + 1])
  redis.call('HSET', KEYS[3], field, '1')
end
for i = last + 1, #ARGV do
  redis.call('HSET', KEYS[3], ARGV[3] .. '/' .. ARGV[i], '0')
end
return 1
