/** A receiver of alerts for tests: shaped like PagerDuty's Events v2, a webhook and a mail server; shows what it got at /seen. */
export const RECEIVER = String.raw`
const { createServer } = require("http");
const seen = [];
const note = (route, text) => seen.push(route + " " + text.replace(/\r?\n/g, " "));
createServer((request, response) => {
  if (request.url === "/seen") return response.end(seen.join("\n") + "\n");
  let body = "";
  request.on("data", (part) => (body += part));
  request.on("end", () => {
    if (request.url === "/v2/enqueue") {
      const { routing_key, event_action, payload } = JSON.parse(body);
      if (!routing_key || !event_action || (event_action === "trigger" && (!payload.summary || !payload.severity || !payload.source)))
        return response.writeHead(400).end('{"status":"invalid event"}');
      note("pagerduty", body);
      return response.writeHead(202, { "content-type": "application/json" }).end('{"status":"success","message":"Event processed","dedup_key":"x"}');
    }
    note("webhook", body);
    response.end();
  });
}).listen(8080, "0.0.0.0");
require("net").createServer((socket) => {
  let data = null, rest = "";
  socket.write("220 lab ESMTP\r\n");
  socket.on("error", () => 0);
  socket.on("data", (part) => {
    rest += part;
    for (let at; (at = rest.indexOf("\r\n")) >= 0; ) {
      const line = rest.slice(0, at);
      rest = rest.slice(at + 2);
      if (data !== null) {
        if (line === ".") { note("email", data.join("\n").replace(/=\r?\n/g, "")); data = null; socket.write("250 taken\r\n"); }
        else data.push(line);
      } else if (/^DATA/i.test(line)) { data = []; socket.write("354 go on\r\n"); }
      else if (/^QUIT/i.test(line)) socket.end("221 bye\r\n");
      else socket.write("250 lab\r\n");
    }
  });
}).listen(2525, "0.0.0.0");
`;
