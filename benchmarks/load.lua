-- For wrk: sends the requests of a file in turn and tells the result as one line of JSON.
-- A line of the file is method, path and body, with tabs between. In a body `@number@` becomes a number that no other
-- request of this run has; it is as long as what it replaces, so that the length of the body stays.

local texts, numbered, at, number = {}, {}, 0, 0

function init(arguments)
   for line in io.lines(arguments[1]) do
      local method, path, body = line:match("^([^\t]*)\t([^\t]*)\t(.*)$")
      texts[#texts + 1] = wrk.format(method, path, wrk.headers, body ~= "" and body or nil)
      numbered[#texts] = body:find("@number@", 1, true) ~= nil
   end
   number = tonumber(arguments[2])
end

function request()
   at = at % #texts + 1
   if not numbered[at] then
      return texts[at]
   end
   number = number + 1
   return (texts[at]:gsub("@number@", string.format("%08d", number)))
end

function done(summary, latency, requests)
   local errors = summary.errors
   io.write(string.format(
      '{"requests": %d, "microseconds": %d, "refused": %d, "broken": %d, "p50": %d, "p95": %d, "p99": %d}\n',
      summary.requests, summary.duration, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
      latency:percentile(50), latency:percentile(95), latency:percentile(99)
   ))
end
