import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { fault } from "./settings.ts";
import { codeOf, type Ship, token } from "./ship.ts";

const WEEK = 604_800;
const MONTH = 2_592_000;
const COMET = "~nibled-risdyt-tillex-hacryc--disben-libryx-natpen-fosdep";

/** The ship's web server: login, name, health, a scry, guests' sessions (OBSERVED 22–24). */
export function serveHttp(ship: Ship, ip: string, port: number): Promise<Server> {
  const sessions = new Set<string>();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("error", () => undefined);
    request.on("end", () => handle(ship, sessions, request, Buffer.concat(parts).toString("latin1"), response));
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, ip, () => resolve(server));
  });
}

function handle(
  ship: Ship,
  sessions: Set<string>,
  request: IncomingMessage,
  body: string,
  response: ServerResponse,
): ServerResponse {
  const path = request.url ?? "/";
  const name = `urbauth-${ship.who}`;
  const given = new RegExp(`${name}=(0v[0-9a-v.]+)`).exec(request.headers.cookie ?? "")?.[1] ?? null;
  const owner = given !== null && sessions.has(given);
  response.setHeader("Server", "urbit/vere-4.5");
  const reply = (status: number, text = "", type: string | null = "text/html") => {
    if (type !== null) response.setHeader("content-type", type);
    response.writeHead(status, { "Content-Length": Buffer.byteLength(text) });
    return response.end(text);
  };
  if (path === "/~_~/healthz") return reply(fault("http-busy") === null ? 204 : 429, "", null);
  if (path === "/~/login" && request.method === "POST") {
    if (new URLSearchParams(body).get("password") !== codeOf(ship.who)) {
      response.setHeader("set-cookie", `${name}=${token()}; Path=/; Max-Age=${WEEK}`);
      return reply(400, "<html><body>login</body></html>");
    }
    const session = token();
    sessions.add(session);
    response.setHeader("set-cookie", `${name}=${session}; Path=/; Max-Age=${MONTH}`);
    return reply(200, session, null);
  }
  if (path === "/~/logout" && given !== null) sessions.delete(given);
  if (given !== null && !owner && path !== "/~/logout") {
    response.setHeader("set-cookie", `${name}=${given}; Path=/; Max-Age=0`);
    return reply(401, "bad session auth", null);
  }
  response.setHeader(
    "set-cookie",
    owner ? `${name}=${given}; Path=/; Max-Age=${MONTH}` : `${name}=${token()}; Path=/; Max-Age=${WEEK}`,
  );
  if (path === "/~/name") return reply(200, owner ? ship.who : COMET, "text/plain");
  if (path === "/~/host") return reply(200, ship.who, "text/plain");
  if (path === "/~/login") return reply(200, "<html><body>login</body></html>");
  if (path.startsWith("/~/scry/")) {
    if (!owner) return reply(403, "<html><body><h1>Forbidden</h1></body></html>");
    if (path === "/~/scry/hood/kiln/pikes.json")
      return reply(200, '{"base":{"sync":null,"zest":"live","wefts":[]}}', "application/json");
    return reply(404, "<html><body><h1>Not Found</h1></body></html>");
  }
  if (path.startsWith("/~/channel/") && request.method === "PUT") {
    void ship.commit(1);
    return reply(204, "", null);
  }
  return reply(404, "<html><body><h1>Not Found</h1></body></html>");
}
