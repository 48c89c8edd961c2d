-- Send the requests of a file in turn, each salted, and judge every answer.
-- Arguments: file, expected status, least bytes of a body, number at which the salts begin.
local threads, requests, at = {}, {}, 0
bad = 0

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  status_expected, least_bytes, salt = tonumber(args[2]), tonumber(args[3]), tonumber(args[4])
  for line in io.lines(args[1]) do
    local text = line:gsub("\1", "\r\n")
    local first, last = text:find("@SALT@@@@@@@", 1, true)
    if first then
      table.insert(requests, { text:sub(1, first - 1), text:sub(last + 1) })
    else
      table.insert(requests, { text })
    end
  end
end

function request()
  at = at % #requests + 1
  local parts = requests[at]
  if #parts == 1 then
    return parts[1]
  end
  salt = salt + 1
  return parts[1] .. string.format("%012d", salt) .. parts[2]
end

function response(status, headers, body)
  if status ~= status_expected or #body < least_bytes or body:sub(1, 9) == '{"errors"' then
    bad = bad + 1
  end
end

function done(summary, latency)
  local wrong = 0
  for _, thread in ipairs(threads) do
    wrong = wrong + thread:get("bad")
  end
  local errors = summary.errors
  io.write(string.format(
    '\nRESULT {"requests": %d, "micros": %d, "bad": %d, "p50": %f, "p99": %f, "most": %f}\n',
    summary.requests, summary.duration,
    wrong + errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99), latency.max))
end
