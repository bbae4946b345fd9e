-- Lets a producer publish as a generation, unless a later one has begun.
-- KEYS: producers. ARGV: producer, generation.
local known = redis.call('HGET', KEYS[1], ARGV[1])
local newest = known and tonumber(string.match(known, '^(%d+)')) or 0
local generation = tonumber(ARGV[2])
if generation < newest then
  return redis.error_reply('FENCED ' .. ARGV[1] .. ' publishes as generation ' .. ARGV[2] .. ', but ' .. string.format('%.0f', newest) .. ' has begun')
end
if generation > newest or not known then
  local at = known and string.match(known, '|(.*)$') or '0'
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. '|' .. at)
end
-- What was there before: something of this generation, or nothing.
return (known and generation == newest) and 1 or 0
