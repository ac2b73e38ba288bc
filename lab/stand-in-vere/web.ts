import { randomBytes } from "node:crypto";
import { scot } from "@urbit/aura";
import { jam } from "../../src/urbit/noun.ts";
import { parsePoint } from "../../src/urbit/point.ts";
import { type Channel, listen, openChannel, put } from "./channels.ts";
import { type Answer, health, type Reply, type Request } from "./http.ts";
import { errorPage, loginPage } from "./pages.ts";
import { PIKES, PIKES_JSON } from "./scries.ts";
import { fault, ZUSE } from "./settings.ts";
import { codeOf, type Ship, token } from "./ship.ts";

const WEEK = 604_800;
const MONTH = 2_592_000;

type Headers = readonly (readonly [string, string])[];

/** Who asks: the owner, or a guest with a comet's name; everybody gets a session (OBSERVED 22). */
interface Session {
  readonly token: string;
  readonly name: string;
  readonly owner: boolean;
}

interface Site {
  readonly ship: Ship;
  readonly sessions: Map<string, Session>;
  readonly channels: Map<string, Channel>;
}

/** The ship's own web server. */
export function eyre(ship: Ship): Answer {
  const site: Site = { ship, sessions: new Map(), channels: new Map() };
  return async (request) => {
    const path = request.path.split("?")[0] ?? "/";
    // The king answers this by itself, whatever the ship is at.
    if (path === "/~_~/healthz") return health(ship.busy || fault("http-busy") !== null);
    const given = cookieOf(site, request);
    const known = given === null ? null : (site.sessions.get(given) ?? null);
    if (path === "/~_~/slog" || path === "/~_~/spin") return king(ship, path, known?.owner === true);
    await ship.run();
    if (path === "/~/logout") return logout(site, given);
    if (path === "/~/login" && request.method === "POST") return login(site, request);
    if (given !== null && known === null)
      return { status: 401, headers: [cookie(site, given, 0)], body: "bad session auth" };
    const session = known ?? guest(site);
    const own: Headers = [cookie(site, session.token, session.owner ? MONTH : WEEK)];
    return page(site, request, path, session, own);
  };
}

function page(site: Site, request: Request, path: string, session: Session, own: Headers): Reply | null {
  const { ship } = site;
  const missing = errorPage(404, path, session.owner ? "" : null, own);
  const text = (body: string): Reply => ({ status: 200, headers: [...own, ["content-type", "text/plain"]], body });
  if (path === "/~/login") return loginPage(request.method === "GET" ? 200 : 405, false, own);
  if (path === "/~/name") return ZUSE === 417 ? missing : text(session.name);
  if (path === "/~/host") return ZUSE === 417 ? missing : text(ship.who);
  if (path === "/~/ip") return text("127.0.0.1");
  if (path.startsWith("/~/sponsor/")) {
    const point = parsePoint(path.slice("/~/sponsor/".length));
    return point.ok ? text(point.value.parent) : missing;
  }
  if (path.startsWith("/~/boot/")) return errorPage(404, path, `Peer ${path.slice("/~/boot/".length)} not found.`, own);
  if (path.startsWith("/~/scry/")) return scryPage(request, path.slice("/~/scry".length), session, own);
  if (path.startsWith("/~/channel/")) return channelPage(site, request, path, session, own);
  if (path.startsWith("/spider/")) return session.owner ? null : errorPage(500, path, null, own);
  return missing;
}

function login(site: Site, request: Request): Reply {
  const form = new URLSearchParams(request.body);
  const password = form.get("password");
  if (password !== codeOf(site.ship.who)) {
    const session = guest(site);
    return loginPage(400, password !== null, [cookie(site, session.token, WEEK)]);
  }
  const session = { token: token(), name: site.ship.who, owner: true };
  site.sessions.set(session.token, session);
  const own: Headers = [cookie(site, session.token, MONTH)];
  const next = form.get("redirect");
  if (next !== null) return { status: 303, headers: [...own, ["location", next]], body: session.token };
  // The older kernel says nothing: OBSERVED, HTTP and control socket.
  return ZUSE === 417 ? { status: 204, headers: own, body: null } : { status: 200, headers: own, body: session.token };
}

function logout(site: Site, given: string | null): Reply {
  if (given !== null) site.sessions.delete(given);
  return { status: 303, headers: [["location", "/~/login"], cookie(site, given ?? token(), 0)], body: null };
}

function scryPage(request: Request, path: string, session: Session, own: Headers): Reply {
  if (!session.owner) return errorPage(403, path, null, own);
  if (request.method !== "GET") return errorPage(405, path, "may only GET scries", own);
  const of = (type: string, body: string | Buffer): Reply => ({
    status: 200,
    headers: [...own, ["content-type", type]],
    body,
  });
  if (path === "/hood/kiln/pikes.json") return of("application/json", PIKES_JSON);
  if (path === "/hood/kiln/pikes.noun") return of("application/x-urb-jam", Buffer.from(jam(PIKES)));
  if (path.startsWith("/hood/kiln/pikes")) return errorPage(500, path, "failed scry", own);
  return errorPage(404, path, "no scry result", own);
}

function channelPage(site: Site, request: Request, path: string, session: Session, own: Headers): Reply {
  const found = site.channels.get(path);
  if (found !== undefined && found.owner !== session.name) return errorPage(403, path, null, own);
  if (request.method === "GET") {
    if (found === undefined) return errorPage(404, path, null, own);
    const stream = (send: (text: string) => void) => listen(found, send);
    return { status: 200, headers: [...own, ...STREAM], body: null, stream };
  }
  const channel = found ?? openChannel(session.name);
  const done = put(site.ship, channel, request.body, () => site.channels.delete(path));
  if (done === "not json") return errorPage(400, path, "put body not json", own);
  if (done === "not actions") return errorPage(400, path, "invalid channel json", own);
  if (found === undefined) site.channels.set(path, channel);
  return { status: 204, headers: own, body: null };
}

const STREAM: Headers = [
  ["connection", "keep-alive"],
  ["cache-control", "no-cache"],
  ["content-type", "text/event-stream"],
];

/** Pages of the king: lines of the log, and what runs now. Only the owner's. */
function king(ship: Ship, path: string, owner: boolean): Reply {
  if (!owner) return { status: 403, body: null };
  const headers: Headers = [
    ["Connection", "keep-alive"],
    ["Cache-Control", "no-cache"],
    ["Content-Type", "text/event-stream"],
  ];
  const slog = (send: (text: string) => void) => {
    const listener = (line: string) => send(`data:${line}\n\n`);
    send("\n");
    ship.listeners.add(listener);
    return () => void ship.listeners.delete(listener);
  };
  const spin = (send: (text: string) => void) => {
    const timer = setInterval(() => send("data:/root\n\n"), 100);
    return () => clearInterval(timer);
  };
  return { status: 200, headers, body: null, stream: path === "/~_~/slog" ? slog : spin };
}

function guest(site: Site): Session {
  const session = { token: token(), name: scot("p", randomBytes(16).readBigUInt64LE() | (1n << 127n)), owner: false };
  site.sessions.set(session.token, session);
  return session;
}

function cookie(site: Site, value: string, age: number): readonly [string, string] {
  return ["set-cookie", `urbauth-${site.ship.who}=${value}; Path=/; Max-Age=${age}`];
}

function cookieOf(site: Site, request: Request): string | null {
  const text = request.headers.get("cookie") ?? "";
  return new RegExp(`urbauth-${site.ship.who}=(0v[0-9a-v.]+)`).exec(text)?.[1] ?? null;
}
