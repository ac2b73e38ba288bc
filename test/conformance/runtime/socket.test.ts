import { mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { freshId } from "../../../src/machines/host/ships/life.ts";
import {
  CODE_HOON,
  codeOf,
  evaluate,
  HI_HOON,
  infoLeaf,
  isYes,
  ovum,
  parseReply,
  peek,
  peel,
  type Reply,
} from "../../../src/urbit/conn.ts";
import { frame } from "../../../src/urbit/newt.ts";
import { tapeOf, textOf, tuple } from "../../../src/urbit/noun.ts";
import { type Afloat, ask, berth, berthAt, clearBerths, copyPier, land, sail, seen, texts } from "../harbour.ts";
import { converse } from "../raw.ts";
import { pause, sweep } from "../vessel.ts";

const runtime = inject("runtime");

const STRAND = "=/  m  (strand ,vase)\n";
const SUCCESS = `${STRAND}(pure:m !>('success'))`;

let afloat: Afloat;
beforeAll(async () => {
  afloat = await sail(runtime, berth(runtime));
});
afterAll(async () => {
  // Nothing above harmed it.
  expect(await land(afloat)).toEqual({ code: 0, signal: null });
  await sweep();
  clearBerths();
});

/** One connection with these requests; the replies as our client reads them. */
async function replies(...requests: readonly (readonly [bigint, Uint8Array])[]): Promise<readonly Reply[]> {
  const [answer] = await ask(
    afloat,
    requests.map(([, bytes]) => bytes),
  );
  expect(answer?.timedOut).toBe(false);
  return requests.map(([rid], index) => {
    const bytes = answer?.replies[index]?.bytes;
    return bytes === undefined ? { kind: "unreadable", why: "no answer" } : parseReply(bytes, rid);
  });
}
const reply = async (bytes: Uint8Array, rid = 1n): Promise<Reply> =>
  (await replies([rid, bytes]))[0] ?? { kind: "unreadable", why: "no answer" };
const value = async (bytes: Uint8Array, rid = 1n) => {
  const got = await reply(bytes, rid);
  if (got.kind !== "value") throw new Error(JSON.stringify(got));
  return got.noun;
};
const thread = (hoon: string) => {
  const rid = freshId();
  return reply(evaluate(rid, hoon), rid);
};

describe("peels", () => {
  test("live, khan, who, version and event, as Slipway asks them: one connection", async () => {
    const life = seen(await afloat.ships.life(afloat.spec));
    expect(life).toMatchObject({ live: true, khan: true, who: "~zod" });
    expect(life.version).toMatch(/^\d+\.\d+/);
    expect(life.event).toBeGreaterThan(10);
  });

  test("the ports it was given", async () => {
    expect(await value(peel(1n, "port", "http"))).toBe(BigInt(afloat.sailing.httpPort));
    expect(await value(peel(1n, "port", "ames"))).toBe(BigInt(afloat.sailing.amesPort));
  });

  test("what it does not know is none, not an error", async () => {
    expect(await reply(peel(1n, "nope"))).toEqual({ kind: "none" });
    expect(await reply(peel(1n))).toEqual({ kind: "none" });
  });

  test("free memory, which comes with a tag of its own", async () => {
    expect((await reply(peel(1n, "quic"))).kind).toBe("value");
  });

  test("several on one connection, each answered in turn", async () => {
    const got = await replies([1n, peel(1n, "live")], [2n, peel(2n, "v")], [3n, peel(3n, "info")]);
    expect(got.map(({ kind }) => kind)).toEqual(["value", "value", "value"]);
    const [live, , info] = got;
    expect(live?.kind === "value" && isYes(live.noun)).toBe(true);
    expect(info?.kind === "value" && infoLeaf(info.noun, ["lord", "event"])).toBeTypeOf("bigint");
  });

  test("of a request that comes in single bytes", async () => {
    const path = join(afloat.pier, ".urb/conn.sock");
    const heard = await converse(path, peel(7n, "live"), 1, false, { patience: 60_000, slowly: true });
    expect(parseReply(heard.frames[0] ?? Buffer.alloc(0), 7n)).toEqual({ kind: "value", noun: 0n });
  });

  test("twenty callers at once are all answered: a full backlog only makes them wait", async () => {
    const lives = await Promise.all(Array.from({ length: 20 }, () => afloat.ships.life(afloat.spec)));
    expect(lives.map((life) => seen(life).who)).toEqual(Array.from({ length: 20 }, () => "~zod"));
  });
});

describe("peeks", () => {
  test("a file of the base desk: the kernel's kelvin", async () => {
    const [desk, number] = nouns(await value(peek(1n, "cx", "base", "sys", "kelvin")));
    expect(textOf(desk ?? 0n)).toBe("zuse");
    expect(Number(number)).toBeGreaterThan(300);
  });
  test("the login code as the number it is", async () => {
    expect(await codeOf(await value(peek(1n, "j", "code", "~zod")))).toMatch(/^[a-z]{6}(-[a-z]{6}){3}$/);
  });
  test("what is not there is none", async () => {
    expect(await reply(peek(1n, "cx", "base", "no", "such"))).toEqual({ kind: "none" });
  });
});

describe("threads", () => {
  test("answer what they make", async () => {
    const got = await thread(SUCCESS);
    expect(got.kind === "value" && textOf(got.noun)).toBe("success");
  });

  test("|hi to itself is acknowledged, and costs events", async () => {
    const before = seen(await afloat.ships.life(afloat.spec)).event;
    expect(seen(await afloat.ships.hi(afloat.spec)).ms).toBeGreaterThan(0);
    expect(seen(await afloat.ships.life(afloat.spec)).event).toBeGreaterThan(before);
    expect((await thread(HI_HOON)).kind).toBe("value");
  });

  test("the code, by our own text and by the built-in thread, whichever way the kernel shows it", async () => {
    const ours = await thread(CODE_HOON);
    const code = ours.kind === "value" ? await codeOf(ours.noun) : null;
    expect(code).toMatch(/^[a-z]{6}(-[a-z]{6}){3}$/);
    const rid = freshId();
    const builtIn = await reply(frame(tuple(rid, "fyrd", "base", "code", "noun", "noun", 0n)), rid);
    // An atom at zuse 408, a tape at 417.
    expect(builtIn.kind === "value" && (typeof builtIn.noun === "bigint" || tapeOf(builtIn.noun) !== null)).toBe(true);
    expect(builtIn.kind === "value" && (await codeOf(builtIn.noun))).toBe(code);
  });

  test.each([
    ["fails by itself", `${STRAND}(strand-fail:strand %boom ~[leaf+"first line"])`, "boom"],
    ["crashes", `${STRAND};<  our=@p  bind:m  get-our\n?>  =(1 2)\n(pure:m !>('x'))`, "crash"],
    ["is no hoon", "this is not hoon )(", "syntax error"],
    ["uses a name that is not there", `${STRAND}(pure:m !>(no-such-name))`, "find"],
    [
      "pokes with a mark nobody has",
      `${STRAND};<  our=@p  bind:m  get-our\n;<  ~  bind:m  (poke [our %hood] %no-such-mark !>('x'))\n(pure:m !>('x'))`,
      "poke-fail",
    ],
  ])("one that %s says why", async (_, hoon, why) => {
    expect(await thread(hoon)).toMatchObject({ kind: "failed", why: expect.stringContaining(why) });
  });

  test("an id may be used again once its thread has ended", async () => {
    const rid = freshId();
    expect((await reply(evaluate(rid, SUCCESS), rid)).kind).toBe("value");
    expect((await reply(evaluate(rid, SUCCESS), rid)).kind).toBe("value");
  });

  test("one a connection: the ship closes after its answer, and a second one is lost", async () => {
    const [one, other] = [freshId(), freshId()];
    const both = Buffer.concat([evaluate(one, SUCCESS), evaluate(other, SUCCESS)]);
    const heard = await converse(join(afloat.pier, ".urb/conn.sock"), both, 2, true, { patience: 120_000 });
    expect(heard.closed).toBe(true);
    expect(heard.frames.length).toBe(1);
    const answered = [one, other].filter((rid) => parseReply(heard.frames[0] ?? Buffer.alloc(0), rid).kind === "value");
    expect(answered.length).toBe(1);
  });

  test("a client that only stops writing still gets its answer", async () => {
    const rid = freshId();
    const slow = evaluate(rid, `${STRAND};<  ~  bind:m  (sleep ~s1)\n(pure:m !>('slow'))`);
    const heard = await converse(join(afloat.pier, ".urb/conn.sock"), slow, 1, true, { patience: 120_000, half: true });
    expect(parseReply(heard.frames[0] ?? Buffer.alloc(0), rid).kind).toBe("value");
  });

  test("an answer of 219,000 bytes comes whole, a larger one is cut, which our client says", async () => {
    const ones = (bytes: number) => thread(`${STRAND}(pure:m !>((dec (bex ${grouped(bytes * 8)}))))`);
    const whole = await ones(219_000);
    expect(whole.kind === "value" && whole.noun === (1n << 1_752_000n) - 1n).toBe(true);
    const cut = await ones(300_000);
    expect(cut).toMatchObject({ kind: "unreadable", why: expect.stringContaining("truncated") });
  });
});

describe("the king's own work, and its refusals", () => {
  test("a pack is acknowledged at once and told of in the log", async () => {
    const from = afloat.vessel.lines.length;
    expect((await reply(frame(tuple(1n, "urth", "pack")))).kind).toBe("none");
    for (let waited = 0; waited < runtime.patience; waited += 20) {
      if (texts(afloat.vessel.lines.slice(from)).some((line) => /^mars: pack: gained: /.test(line))) break;
      await pause(20);
    }
    expect(texts(afloat.vessel.lines.slice(from)).join("\n")).toMatch(/^mars: pack: gained: /m);
    expect(seen(await afloat.ships.life(afloat.spec)).live).toBe(true);
  });

  test("a raw event is done, a bad one refused", async () => {
    expect((await reply(ovum(1n, "d", ["test"], tuple("pack", 0n)))).kind).toBe("value");
    expect((await reply(ovum(1n, "zz", ["test"], tuple("pack", 0n)))).kind).toBe("failed");
  });

  test.each<[string, Uint8Array]>([
    ["an unknown tag", frame(tuple(1n, "nope", 0n))],
    ["no pair", frame(5n)],
    ["another version byte", Uint8Array.from([1, 1, 0, 0, 0, 2])],
    ["a length of nothing", Uint8Array.from([0, 0, 0, 0, 0])],
    ["a jam that is none", Uint8Array.from([0, 4, 0, 0, 0, 255, 255, 255, 255])],
    ["an HTTP request", Buffer.from("GET / HTTP/1.0\r\n\r\n")],
  ])("%s is refused and closed on", async (_, bytes) => {
    const heard = await converse(join(afloat.pier, ".urb/conn.sock"), bytes, 1, true, { patience: 60_000 });
    expect(heard.closed).toBe(true);
    expect(parseReply(heard.frames[0] ?? Buffer.alloc(0), 1n).kind).toBe("failed");
    expect(seen(await afloat.ships.life(afloat.spec)).live).toBe(true);
  });
});

test("a pier whose socket's path is too long for the system is reached all the same", async () => {
  const near = berth(runtime, "~zod", true);
  const far = berthAt(join(near.root, "x".repeat(90)), "~zod");
  mkdirSync(dirname(far.pier), { recursive: true });
  copyPier(runtime.pristine, far.pier);
  expect(join(far.pier, ".urb/conn.sock").length).toBeGreaterThan(107);
  const there = await sail(runtime, far);
  expect(seen(await there.ships.life(there.spec)).live).toBe(true);
  expect(seen(await there.ships.hi(there.spec)).ms).toBeGreaterThan(0);
  expect((await land(there)).code).toBe(0);
});

test("every event lies in the log: it grows with them", async () => {
  const at = await sail(runtime, berth(runtime));
  const log = () => statSync(join(at.pier, ".urb/log/0i0/data.mdb")).size;
  const [before, event] = [log(), seen(await at.ships.life(at.spec)).event];
  for (let count = 0; count < 60; count += 1) seen(await at.ships.hi(at.spec));
  expect(seen(await at.ships.life(at.spec)).event).toBeGreaterThanOrEqual(event + 60);
  expect(log()).toBeGreaterThan(before);
  expect((await land(at)).code).toBe(0);
});

/** 1752000 as hoon writes it: 1.752.000. */
function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ".");
}

function nouns(noun: Parameters<typeof textOf>[0]) {
  return typeof noun === "bigint" ? [noun] : [noun[0], noun[1]];
}
