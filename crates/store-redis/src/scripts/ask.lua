-- Puts a question on the list of those that nobody has taken up, within a bound.
-- KEYS: questions, asker. ARGV: bound, question, how long its asker waits (ms), how long it is kept (ms).
if redis.call('LLEN', KEYS[1]) >= tonumber(ARGV[1]) then
  return 0
end
redis.call('RPUSH', KEYS[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('SET', KEYS[2], 1, 'PX', ARGV[3])
return 1
