import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, inject, test } from "vitest";
import { runArgv } from "../../../src/urbit/boot.ts";
import { classify, LIVE } from "../../../src/urbit/boot-log.ts";
import {
  type Afloat,
  type Berth,
  berth,
  clearBerths,
  inspect,
  land,
  launchVere,
  sail,
  sailing,
  seen,
  texts,
  unlocked,
} from "../harbour.ts";
import { alive, lockHolder, parentOf, workerOf } from "../locks.ts";
import { finish, pause, sweep } from "../vessel.ts";

const runtime = inject("runtime");
afterEach(async () => {
  await sweep();
  clearBerths();
});

const file = (at: Berth, name: string) => join(at.pier, name);
const left = (at: Berth) =>
  [".vere.lock", ".http.ports", ".urb/conn.sock"].filter((name) => existsSync(file(at, name)));

describe("a ship that runs", () => {
  test("says what we watch for, in this order", async () => {
    const afloat = await sail(runtime, berth(runtime));
    const { amesPort, httpPort } = afloat.sailing;
    const said = texts(afloat.vessel.lines);
    const order = [
      "vere: checking version compatibility",
      `mesa: live on ${amesPort} (localhost only)`,
      `conn: listening on ${afloat.pier}/.urb/conn.sock`,
      `http: web interface live on http://localhost:${httpPort}`,
    ].map((line) => said.indexOf(line));
    const live = said.findIndex((line) => LIVE.test(line));
    expect([...order, live]).not.toContain(-1);
    expect([...order, live]).toEqual([...order, live].sort((a, b) => a - b));
  });

  test("has a king and a worker; the worker holds the pier's lock, and our look finds it", async () => {
    const afloat = await sail(runtime, berth(runtime));
    const worker = lockHolder(file(afloat, ".vere.lock"));
    expect(worker).not.toBeNull();
    expect(parentOf(worker ?? 0)).toBe(afloat.vessel.pid);
    expect((await inspect(afloat)).lockPid).toBe(worker);
    expect(readFileSync(file(afloat, ".vere.lock"), "latin1")).toBe(`${worker}\n`);
  });

  test("writes its ports down: loopback and public, one a line", async () => {
    const afloat = await sail(runtime, berth(runtime));
    const ports = readFileSync(file(afloat, ".http.ports"), "latin1");
    expect(ports).toMatch(/^\d+ insecure loopback\n\d+ insecure public\n$/);
    expect(ports).toContain(`${afloat.sailing.httpPort} insecure public`);
  });

  test("counts its events, and a start alone adds some", async () => {
    const at = berth(runtime);
    const before = await sail(runtime, at);
    const one = seen(await before.ships.life(before.spec)).event;
    await land(before);
    const after = await sail(runtime, at);
    expect(seen(await after.ships.life(after.spec)).event).toBeGreaterThan(one);
  });
});

describe("its end", () => {
  test("by TERM is graceful: 0, and nothing of a running ship is left", async () => {
    const afloat = await sail(runtime, berth(runtime));
    expect(await land(afloat)).toEqual({ code: 0, signal: null });
    expect(left(afloat)).toEqual([]);
  });

  test("does not come by INT, which only interrupts", async () => {
    const afloat = await sail(runtime, berth(runtime));
    afloat.vessel.signal("SIGINT");
    await afloat.vessel.until(/^interrupt$/);
    expect(seen(await afloat.ships.life(afloat.spec)).live).toBe(true);
    expect((await land(afloat)).code).toBe(0);
  });

  test("does not come by TERM to the worker, which ignores it", async () => {
    const afloat = await sail(runtime, berth(runtime));
    process.kill(workerOf(afloat.pier), "SIGTERM");
    expect(seen(await afloat.ships.life(afloat.spec)).live).toBe(true);
    expect((await land(afloat)).code).toBe(0);
  });

  test("by HUP leaves its files, and the next start goes on", async () => {
    const at = berth(runtime);
    const afloat = await sail(runtime, at);
    afloat.vessel.signal("SIGHUP");
    expect(await afloat.vessel.end).toEqual({ code: null, signal: "SIGHUP" });
    expect(left(at)).toContain(".vere.lock");
    await goesOn(at, 0);
  });

  test("by KILL loses no event that was acknowledged", async () => {
    const at = berth(runtime);
    const afloat = await sail(runtime, at);
    for (let count = 0; count < 3; count += 1) seen(await afloat.ships.hi(afloat.spec));
    const { event } = seen(await afloat.ships.life(afloat.spec));
    afloat.vessel.signal("SIGKILL");
    expect(await afloat.vessel.end).toEqual({ code: null, signal: "SIGKILL" });
    expect(left(at)).toEqual([".vere.lock", ".http.ports", ".urb/conn.sock"]);
    await unlocked(at);
    expect((await inspect(at)).lockPid).toBeNull();
    await goesOn(at, event);
  });

  test("comes with its worker's, and says so", async () => {
    const at = berth(runtime);
    const afloat = await sail(runtime, at);
    process.kill(workerOf(at.pier), "SIGKILL");
    const { code, lines } = await finish(afloat.vessel);
    expect(code).toBe(1);
    expect(classify(texts(lines), "ship")?.code).toBe("worker-lost");
    await goesOn(at, 0);
  });

  test("is waited for by its king: a worker lives no longer than a moment after it", async () => {
    const afloat = await sail(runtime, berth(runtime));
    const worker = workerOf(afloat.pier);
    afloat.vessel.signal("SIGKILL");
    await afloat.vessel.end;
    for (let waited = 0; alive(worker) && waited < 60_000; waited += 20) await pause(20);
    expect(alive(worker)).toBe(false);
  });
});

/** Starts a ship that ended badly, which brings it up by itself, and ends it well. */
async function goesOn(at: Berth, event: number): Promise<void> {
  await unlocked(at);
  const again = await sail(runtime, at);
  expect(seen(await again.ships.life(again.spec)).event).toBeGreaterThanOrEqual(event);
  expect((await land(again)).code).toBe(0);
}

describe("two at once", () => {
  test("on one pier: the second is told of the lock, and the first runs on", async () => {
    const at = berth(runtime);
    const afloat = await sail(runtime, at);
    const { code, lines } = await finish(launchVere(runtime, runArgv(await sailing(runtime, at, "~zod"))));
    expect(code).toBe(1);
    expect(classify(texts(lines), "start")?.code).toBe("pier-locked");
    expect(seen(await afloat.ships.life(afloat.spec)).live).toBe(true);
  });

  test("copies of one pier run at once: nothing in a runtime fences them", async () => {
    const one = await sail(runtime, berth(runtime));
    const other = await sail(runtime, berth(runtime));
    expect(seen(await one.ships.life(one.spec)).who).toBe(seen(await other.ships.life(other.spec)).who);
  });

  test("an HTTP port that is taken ends the start", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const httpPort = typeof address === "object" && address !== null ? address.port : 0;
    const { code, failure } = await starting({ httpPort });
    server.close();
    expect({ code, failure }).toEqual({ code: 1, failure: "http-port-taken" });
  });

  test("an Ames port that is taken ends the start", async () => {
    const socket = createSocket("udp4").bind(0, "127.0.0.1");
    await once(socket, "listening");
    const { code, failure } = await starting({ amesPort: socket.address().port });
    socket.close();
    expect({ code, failure }).toEqual({ code: 1, failure: "ames-port-taken" });
  });

  async function starting(how: Partial<Afloat["sailing"]>) {
    const at = berth(runtime);
    const ship = { ...(await sailing(runtime, at, "~zod")), ...how };
    const { code, lines } = await finish(launchVere(runtime, runArgv(ship)));
    return { code, failure: classify(texts(lines), "start")?.code };
  }
});
