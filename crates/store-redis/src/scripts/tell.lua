-- Carries out what differs between two books of grants, if the book is still of the revision that the writer knows.
-- KEYS: head, rules, sheets. ARGV: revision known, now in µs, lifetime in ms, number of rules, then (name, rule)...,
-- then (subject, sheet)...; an empty value takes away.
local found = redis.call('HGET', KEYS[1], 'revision') or '0'
if found ~= ARGV[1] then
  return redis.error_reply('CONFLICT ' .. found)
end
local function put(key, from, to)
  for i = from, to, 2 do
    if ARGV[i + 1] == '' then
      redis.call('HDEL', key, ARGV[i])
    else
      redis.call('HSET', key, ARGV[i], ARGV[i + 1])
    end
  end
end
local rules_end = 4 + 2 * tonumber(ARGV[4])
put(KEYS[2], 5, rules_end)
put(KEYS[3], rules_end + 1, #ARGV)
-- Above all before: the microsecond of the writer's clock, which a double holds exactly.
local revision = tonumber(ARGV[2])
if revision <= tonumber(found) then
  revision = tonumber(found) + 1
end
local told = string.format('%.0f', revision)
redis.call('HSET', KEYS[1], 'revision', told, 'told', ARGV[2], 'confirmed', ARGV[2])
for _, key in ipairs(KEYS) do
  redis.call('PEXPIRE', key, ARGV[3])
end
return told
