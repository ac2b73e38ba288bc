import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { exchange } from "../../../src/machines/host/ships/exchange.ts";
import { freshId } from "../../../src/machines/host/ships/life.ts";
import { connect } from "../../../src/machines/host/transport.ts";
import { CODE_HOON, codeOf, evaluate, parseReply } from "../../../src/urbit/conn.ts";
import {
  type HttpReply,
  healthRequest,
  loggedInAs,
  loginRequest,
  logoutRequest,
  nameRequest,
  parseHttp,
  pikesRequest,
  sessionCookie,
} from "../../../src/urbit/http.ts";
import { type Afloat, ask, berth, clearBerths, got, land, sail, seen } from "../harbour.ts";
import { sweep } from "../vessel.ts";

const runtime = inject("runtime");
const here = connect({ name: "here", address: "local" });

/** The kernels whose differences are known; a real runtime has whichever its pill brought. */
const KERNELS = runtime.kind === "real" ? ["its own"] : ["408", "417"];

describe.each(KERNELS)("the web server of a ship with kernel %s", (kernel) => {
  let afloat: Afloat;
  beforeAll(async () => {
    afloat = await sail(runtime, berth(runtime), {}, kernel === "its own" ? {} : { STAND_IN_ZUSE: kernel });
  });
  afterAll(async () => {
    expect((await land(afloat)).code).toBe(0);
    await sweep();
    clearBerths();
  });

  async function page(bytes: Uint8Array): Promise<HttpReply> {
    const exchanges = [{ to: { tcp: afloat.sailing.httpPort }, requests: [bytes] }];
    const [answer] = got(await exchange(here, exchanges, { seconds: 60, asRoot: false }));
    expect(answer?.timedOut).toBe(false);
    const reply = parseHttp(answer?.replies[0]?.bytes ?? new Uint8Array());
    if (reply === null) throw new Error("no HTTP reply");
    return reply;
  }
  const plain = (path: string) =>
    page(Buffer.from(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`));
  const text = (reply: HttpReply) => Buffer.from(reply.body).toString("latin1");

  async function code(): Promise<string> {
    const rid = freshId();
    const [answer] = await ask(afloat, [evaluate(rid, CODE_HOON)]);
    const reply = parseReply(answer?.replies[0]?.bytes ?? new Uint8Array(), rid);
    const found = reply.kind === "value" ? await codeOf(reply.noun) : null;
    if (found === null) throw new Error("no code");
    return found;
  }

  test("is healthy when idle, by the king's own word", async () => {
    expect((await page(healthRequest())).status).toBe(204);
  });

  test("lets its owner in: health, login and name, as Slipway asks them", async () => {
    const http = seen(await afloat.ships.http(afloat.spec));
    expect(http).toMatchObject({ health: 204, loggedInAs: "~zod" });
    expect([200, 204]).toContain(http.loginStatus);
  });

  test("a wrong code and one with its sig are refused", async () => {
    const right = await code();
    for (const wrong of [right.replace(/.$/, (last) => (last === "p" ? "x" : "p")), `~${right}`, "hello", ""]) {
      const reply = await page(loginRequest(wrong));
      expect(reply.status).toBe(400);
      const cookie = sessionCookie(reply, "~zod");
      // A guest's session, which is nobody's login.
      if (cookie !== null) expect(loggedInAs("~zod", await page(nameRequest(cookie)), null)).not.toBe("~zod");
    }
  });

  test("a session proves whose it is, and ends with its logout", async () => {
    const login = await page(loginRequest(await code()));
    expect([200, 204]).toContain(login.status);
    const cookie = sessionCookie(login, "~zod") ?? "";
    expect(cookie).toMatch(/^urbauth-~zod=0v/);
    expect(loggedInAs("~zod", await page(nameRequest(cookie)), await page(pikesRequest(cookie)))).toBe("~zod");
    const out = await page(logoutRequest(cookie));
    expect([200, 204, 303]).toContain(out.status);
    expect((await page(pikesRequest(cookie))).status).not.toBe(200);
  });

  test("a guest is nobody, whatever it is answered", async () => {
    const name = await plain("/~/name");
    // A comet's name at zuse 408, nothing at 417.
    expect([200, 404]).toContain(name.status);
    if (name.status === 200) expect(text(name)).toMatch(/^~[a-z]{6}-[a-z-]{40,}$/);
    expect((await plain("/~/scry/hood/kiln/pikes.json")).status).toBe(403);
  });

  test("a stale session is told that it is one", async () => {
    expect([401, 403]).toContain((await page(pikesRequest("urbauth-~zod=0v1.aaaaa.bbbbb"))).status);
  });
});
