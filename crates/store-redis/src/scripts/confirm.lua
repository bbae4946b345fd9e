-- Says that a book of grants still holds.
-- KEYS: head, rules, sheets. ARGV: revision, now in µs, lifetime in ms.
local found = redis.call('HGET', KEYS[1], 'revision') or '0'
if found ~= ARGV[1] then
  return redis.error_reply('CONFLICT ' .. found)
end
redis.call('HSET', KEYS[1], 'confirmed', ARGV[2])
for _, key in ipairs(KEYS) do
  redis.call('PEXPIRE', key, ARGV[3])
end
return redis.status_reply('OK')
