import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { freeTcp, freeUdp } from "../../../lab/ports.ts";
import { buildStandIn } from "../../../lab/stand-in-vere/build.ts";
import { frame } from "../../../src/urbit/newt.ts";
import { list, tuple } from "../../../src/urbit/noun.ts";
import { lockHolder } from "../locks.ts";
import { readable } from "../nouns.ts";
import { converse, sendAndLeave } from "../raw.ts";
import { finish, launch, pause, sweep, type Vessel } from "../vessel.ts";
import { makeStage, type Stage } from "./replay.ts";

/** Every recorded exchange of a real ship's control socket, had again with the stand-in's. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

interface Reply {
  readonly hex?: string;
  readonly hex_first_4096?: string;
  readonly length?: number;
  readonly sha256?: string;
}
interface Recorded {
  readonly name: string;
  readonly request_hex: string;
  readonly replies?: readonly Reply[];
  readonly incomplete_tail?: { readonly hex_first_4096: string; readonly bytes_received: number } | null;
  readonly connection_closed_by_server?: boolean;
  readonly log_during?: string;
  readonly ship_alive_after?: boolean;
}
const recorded: readonly Recorded[] = JSON.parse(
  readFileSync(new URL("../../urbit/recorded/conn.json", import.meta.url), "utf8"),
);

/** What differs from ship to ship in one reply, beside what `readable` leaves out. */
const MASKS: Readonly<Record<string, readonly (readonly [RegExp, string])[]>> = {
  // Events, ports, and names the king draws anew at each start.
  "peel-info": [
    [/\[%event 0 \d+\]/, "[%event 0 N]"],
    [/\[%port 0 [^\]]+\]/g, "[%port 0 N]"],
    [/\[%instance 0 \d+\]/, "[%instance 0 N]"],
    [/%0v[0-9a-v.]+/g, "%0vNAME"],
    [/\[%connections 0 \d+\]/g, "[%connections 0 N]"],
  ],
  "peel-port-ames": [[/ \d+\]$/, " N]"]],
  "peel-port-http": [[/ \d+\]$/, " N]"]],
  "peel-quic": [[/\[%(open|idle) \d+\]/g, "[%$1 N]"]],
  // A report of some hundred lines: its first level is what the stand-in has.
  "peel-mass": [[/^(\[1007 %peel %quac \[%arvo 62882112 \[%hoon 4645200).*/, "$1"]],
  // All files of a desk: a few stand for them.
  "peek-once-ct-big": [[/(%file-list \[%app %acme %hoon 0\]).*/, "$1"]],
};

/** Requests whose dates were the present when they were recorded. */
const NOW = ["peek-0-code", "peek-0-pikes", "peek-0-cw", "peek-0-cx-da"];

const HALF = ["fyrd-half-close", "peel-half-close", "connect-half-close", "half-frame-then-half-close"];

let stage: Stage;
let ship: Vessel;
let socket: string;

async function boot(): Promise<void> {
  stage = makeStage(await buildStandIn());
  const boot = ["-F", "zod", "-B", join(stage.folder, "bin/solid.pill"), "-c", stage.pier("zod"), "-x"];
  const end = await finish(launch([stage.vere, ...boot, ...(await words())], { patience: 20_000, env: ENV }));
  expect(end.code).toBe(0);
  socket = join(stage.pier("zod"), ".urb/conn.sock");
}
const ENV = { STAND_IN_BOOT_SECONDS: "0.5", STAND_IN_START_SECONDS: "0.1" };
const words = async () =>
  ["-L", "-b", "127.0.0.1", "--http-port", await freeTcp(), "-p", await freeUdp(), "-t"].map(String);

async function start(): Promise<Vessel> {
  // The worker of a king that died lives a moment longer.
  const lock = join(stage.pier("zod"), ".vere.lock");
  while (lockHolder(lock) !== null) await pause(10);
  const vessel = launch([stage.vere, ...(await words()), stage.pier("zod")], { patience: 20_000, env: ENV });
  await vessel.until(/^pier \(\d+\): live/);
  return vessel;
}

beforeAll(boot);
afterAll(async () => {
  await sweep();
  stage.remove();
});

const mask = (name: string, text: string) =>
  (MASKS[name] ?? []).reduce((said, [pattern, with_]) => said.replace(pattern, with_), text);

/** A date so many seconds ago, as a ship writes it. */
function dated(seconds: number): string {
  const [day = "", time = ""] = new Date(Date.now() - seconds * 1000).toISOString().slice(0, 19).split("T");
  return `~${day.split("-").map(Number).join(".")}..${time.replaceAll(":", ".")}`;
}

const descriptors = (pid: number) => readdirSync(`/proc/${pid}/fd`).length;

/** A reply as it is compared: its noun where it was kept whole, its bytes by length and digest where it was not. */
function comparable(name: string, reply: Reply | Buffer): string {
  if (Buffer.isBuffer(reply)) return mask(name, readable(reply));
  if (reply.hex !== undefined) return mask(name, readable(Buffer.from(reply.hex, "hex")));
  return `${reply.length} bytes ${reply.sha256}`;
}

/** The lines a real king printed meanwhile that say what happened; traces and the events' own words are left out. */
const TELLING = /^(conn: moor bail|gall: not running|newt: |mars: (pack|meld): gained)/;
/** Printed some time after what caused it, maybe when another exchange is under way. */
const ELSEWHERE = /^mars: /;
const told = (lines: readonly string[]) =>
  lines
    .map((line) => line.replace(/^[OE] /, "").replace(/\\r$|\r$/, ""))
    .filter((line) => TELLING.test(line))
    .map((line) => line.replace(/(?:KB|MB)\/[\d.]+/, "MB/N"))
    .sort();

describe("one ship", () => {
  beforeAll(async () => {
    ship = await start();
  });

  const calm = recorded.filter(
    ({ name, request_hex, ship_alive_after }) =>
      request_hex !== undefined && ship_alive_after !== false && !NOW.includes(name) && name !== "fyrd-client-closes",
  );
  test.each(calm.map((entry) => [entry.name, entry] as const))("%s", async (name, entry) => {
    const replies = entry.replies ?? [];
    const before = ship.lines.length;
    const heard = await converse(
      socket,
      Buffer.from(entry.request_hex, "hex"),
      replies.length,
      entry.connection_closed_by_server === true,
      {
        patience: replies.length === 0 && entry.connection_closed_by_server !== true ? 300 : 20_000,
        half: HALF.includes(name),
        slowly: name === "peel-byte-by-byte",
      },
    );
    expect(heard.closed).toBe(entry.connection_closed_by_server === true);
    const got = heard.frames.map((frame, index) => {
      const wanted = replies[index];
      const sha256 = createHash("sha256").update(frame).digest("hex");
      const whole = wanted?.hex !== undefined || MASKS[name] !== undefined;
      return whole ? comparable(name, frame) : `${frame.length} bytes ${sha256}`;
    });
    const wanted = replies.map((reply) => {
      // The head of a long list is all that was kept of it, and all the stand-in has.
      const head = reply.hex_first_4096;
      return head !== undefined && MASKS[name] !== undefined ? got[0] : comparable(name, reply);
    });
    expect(got).toEqual(wanted);
    const tail = entry.incomplete_tail ?? null;
    expect(heard.tail.length).toBe(tail?.bytes_received ?? 0);
    if (tail !== null) expect(heard.tail.subarray(0, 4096).toString("hex")).toBe(tail.hex_first_4096);
    await pause(10);
    const log = told((entry.log_during ?? "").split("\n")).filter(
      (line) => name !== "fyrd-pikes" || !ELSEWHERE.test(line),
    );
    const said = told(ship.lines.slice(before).map(({ text }) => text));
    expect(said.filter((line) => log.includes(line) || !ELSEWHERE.test(line))).toEqual(log);
  });

  test("a path with a date is answered for the past alone", async () => {
    const ask = async (when: string) => {
      const bytes = frame(tuple(1n, "peek", 0n, list("cx", "~zod", "base", when, "sys", "kelvin")));
      return readable((await converse(socket, bytes, 1, false, { patience: 2000 })).frames[0] ?? Buffer.alloc(0));
    };
    expect(await ask(dated(5))).toBe("[1 %peek 0 %kelvin %zuse 408]");
    expect(await ask(dated(0))).toBe("[1 %peek 0]");
    expect(await ask(dated(-3600))).toBe("[1 %peek 0]");
  });

  test("an answer that comes after another closed the connection is thrown away, which the log says", async () => {
    const lost = () => ship.lines.filter(({ text }) => text.startsWith("conn: handle-no-coq")).length;
    // Two exchanges above asked a second thread on one connection; the slow one ends 3 s after it was begun.
    for (let waited = 0; waited < 5000 && lost() < 2; waited += 20) await pause(20);
    expect(lost()).toBe(2);
  });

  test("each peel connection costs a descriptor, a thread's does not", async () => {
    const open = () => descriptors(ship.pid);
    const peel = frame(tuple(1n, "peel", list("live")));
    const before = open();
    for (let count = 0; count < 20; count += 1) await converse(socket, peel, 1, false, { patience: 2000 });
    expect(open() - before).toBe(20);
    const thread = frame(
      tuple(9n, "fyrd", "base", "khan-eval", "noun", "ted-eval", "=/  m  (strand ,vase)\n(pure:m !>('x'))"),
    );
    for (let count = 0; count < 5; count += 1) await converse(socket, thread, 1, true, { patience: 2000 });
    await pause(50);
    expect(open() - before).toBe(20);
  });

  test("it still leaves gracefully", async () => {
    ship.signal("SIGTERM");
    expect(await ship.end).toEqual({ code: 0, signal: null });
  });
});

describe("a client that goes away", () => {
  const deadly = recorded.filter(
    ({ ship_alive_after, request_hex }) => ship_alive_after === false && request_hex !== undefined,
  );
  test.each(deadly.map((entry) => [entry.name, entry] as const))("%s", async (name, entry) => {
    const vessel = await start();
    const slow = /slow/.test(name) || name === "fyrd-client-closes" ? 100 : 0;
    await sendAndLeave(socket, Buffer.from(entry.request_hex, "hex"), slow);
    expect(await vessel.end).toEqual({ code: null, signal: "SIGSEGV" });
  });

  test("with an answer unread makes it write and write before it dies", async () => {
    const vessel = await start();
    await sendAndLeave(socket, frame(tuple(1n, "peel", list("live"))), 200);
    expect(await vessel.end).toEqual({ code: null, signal: "SIGSEGV" });
    for (let waited = 0; waited < 10_000 && vessel.lines.length < 10_000; waited += 20) await pause(20);
    expect(vessel.lines.some(({ text }) => text === "conn: moor bail -104 connection reset by peer")).toBe(true);
    expect(vessel.lines.length).toBeGreaterThan(10_000);
  });

  test("after a thread's answer, which the ship closes first, does it no harm", async () => {
    const vessel = await start();
    const entry = recorded.find(({ name }) => name === "fyrd-success");
    await sendAndLeave(socket, Buffer.from(entry?.request_hex ?? "", "hex"), 500);
    await pause(200);
    vessel.signal("SIGTERM");
    expect(await vessel.end).toEqual({ code: 0, signal: null });
  });
});

test("live and khan come one after the other, and the socket only after the replay", async () => {
  const env = { ...ENV, STAND_IN_START_SECONDS: "1" };
  const vessel = launch([stage.vere, ...(await words()), stage.pier("zod")], { patience: 20_000, env });
  await vessel.until(/^conn: listening/);
  const states = new Set<string>();
  const peel = (path: string) => frame(tuple(1n, "peel", list(path)));
  while (!states.has("0,0")) {
    const heard = await converse(socket, Buffer.concat([peel("live"), peel("khan")]), 2, false, { patience: 2000 });
    states.add(heard.frames.map((one) => readable(one).slice(5, 6)).join(","));
  }
  expect([...states]).toEqual(["1,1", "1,0", "0,0"]);
  vessel.signal("SIGTERM");
  await vessel.end;
});
