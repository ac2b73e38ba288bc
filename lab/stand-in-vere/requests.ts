import { list, type Noun, textOf, tuple } from "../../src/urbit/noun.ts";
import { gained } from "./log-lines.ts";
import { peel, slowPeel } from "./peels.ts";
import { scry } from "./scries.ts";
import { fault, say, sleep } from "./settings.ts";
import { date, type Ship } from "./ship.ts";
import { builtIn, type Ending, runStrand } from "./strand.ts";
import { bail, place, row, WRONG } from "./tanks.ts";

/** One client of the control socket. */
export interface Line {
  reply(noun: Noun): void;
  /** Answers and closes; false when it was closed before. */
  finish(noun: Noun): boolean;
  /** Refuses the bytes themselves, and closes. */
  bail(code: number, message: string): void;
}

/** Threads that run now, by request id: a second one of the same id waits for nothing (OBSERVED, control socket 5). */
const running = new Set<bigint>();
/** A client whose reply came too late, as the log names it. */
let late = 75;

export async function answer(ship: Ship, line: Line, rid: bigint, tag: string, body: Noun): Promise<void> {
  switch (tag) {
    case "peel": {
      await sleep(Number(fault("slow-peel") ?? 0));
      const path = knots(body);
      const slow = slowPeel(path);
      if (slow !== null) return line.reply(tuple(rid, "peel", slow));
      const value = peel(ship, path);
      return line.reply(value === null ? [rid, 0n] : tuple(rid, 0n, value));
    }
    case "peek":
      return line.reply(tuple(rid, "peek", peek(ship, body)));
    case "fyrd":
      return fyrd(ship, line, rid, body);
    case "ovum":
      return ovum(ship, line, rid, body);
    case "urth": {
      const what = textOf(typeof body === "bigint" ? body : body[0]);
      if (what !== "pack" && what !== "meld") return line.bail(-7, "urth-bad");
      line.reply(tuple(rid, 0n));
      return gained(what);
    }
    default:
      return line.bail(-3, "tag-unknown");
  }
}

/** A path as a list of knots; a bare atom is none. */
function knots(noun: Noun): readonly string[] {
  const found: string[] = [];
  let rest = noun;
  while (typeof rest !== "bigint" && found.length < 16) {
    found.push(textOf(rest[0]) ?? "");
    rest = rest[1];
  }
  return rest === 0n ? found : [];
}

/** Items of a right-nested tuple, the rest being the last of `count`. */
function items(noun: Noun, count: number): readonly Noun[] {
  const found: Noun[] = [];
  let rest = noun;
  while (found.length < count - 1 && typeof rest !== "bigint") {
    found.push(rest[0]);
    rest = rest[1];
  }
  return [...found, rest];
}

/** `[0 path]`, `[1 %once view desk spur]` or `[1 %beam view beam]`. */
function peek(ship: Ship, body: Noun): Noun {
  if (typeof body !== "bigint" && body[0] === 0n) return absolute(ship, knots(body[1]));
  const [kind, word, ...rest] = items(body, 4);
  if (kind !== 1n) {
    say("\r\npeek: bail: %exit");
    return 0n;
  }
  if (textOf(word ?? 0n) === "once") {
    const [view = "", desk = "", ...spur] = knots(tuple(...rest));
    const found = scry(ship.who, view, desk, spur);
    const path = list(view, ship.who, desk, date(true), ...spur);
    return found === null ? 0n : tuple(0n, "omen", path, found.mark, found.noun);
  }
  const [view = 0n, beam = 0n] = rest;
  const [, desk = 0n, , , spur = 0n] = flat(beam);
  const found = scry(ship.who, textOf(view) ?? "", textOf(desk) ?? "", knots(spur));
  return found === null ? 0n : tuple(0n, found.mark, found.noun);
}

/** `[[who desk case] spur]` with its case taken apart: who, desk, kind, number, spur. */
function flat(beam: Noun): readonly Noun[] {
  return typeof beam === "bigint" ? [] : [...items(beam[0], 4), beam[1]];
}

/** Only Clay answers such paths, and only where the case is past. */
function absolute(ship: Ship, path: readonly string[]): Noun {
  const [view = "", who, desk = "", when = "", ...spur] = path;
  if (!view.startsWith("c") || who !== ship.who) return 0n;
  const past = /^~(\d+)\.(\d+)\.(\d+)(?:\.\.(\d\d)\.(\d\d)\.(\d\d))?/.exec(when);
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] =
    past?.slice(1).map((text) => Number(text ?? 0)) ?? [];
  const before = past !== null && Date.UTC(year, month - 1, day, hour, minute, second) < Date.now() - 2000;
  if (when !== "1" && !before) return 0n;
  const found = scry(ship.who, view, desk, spur);
  return found === null ? 0n : tuple(0n, found.mark, found.noun);
}

const MARKS = ["noun", "ted-eval", "json"];

async function fyrd(ship: Ship, line: Line, rid: bigint, body: Noun): Promise<void> {
  const [desk, thread, out, mark] = items(body, 5).map((item) => textOf(item) ?? "");
  const input = items(body, 5)[4];
  const wire = ["khan", "0v1q.l7rr1", String(rid % 1000n), "0v110"];
  const refuse = (verb: "call" | "take", told: boolean, ...what: readonly Noun[]) =>
    line.reply(tuple(rid, "bail", bail({ wire, poke: "fyrd", verb, told }, ...what)));
  if (input === undefined) return refuse("call", false, place(["sys", "lull", "hoon"], "[4.483 23].[4.483 28]"));
  if (desk !== "base" || !MARKS.includes(mark ?? "")) return refuse("call", true, row("%mark-invalid", `%${mark}`));
  const text = command(input);
  if (thread === "khan-eval" && text === null)
    return refuse("call", true, place(["sur", "ted", "eval", "hoon"], "[3 11].[3 22]"));
  if (running.has(rid)) return;
  running.add(rid);
  await ship.run();
  const ended = await start(ship, thread ?? "", text ?? "", input);
  running.delete(rid);
  if (ended === null) return;
  await ship.run();
  if (!MARKS.includes(out ?? "")) return refuse("take", true, row("%tube-invalid", "%noun", `%${out}`));
  const sent = line.finish(tuple(rid, "avow", "noun" in ended ? tuple(0n, "noun", ended.noun) : [1n, ended.goof]));
  if (!sent) {
    late += 1;
    say(`conn: handle-no-coq 7553ef61 ${late}`);
  }
}

async function start(ship: Ship, thread: string, text: string, input: Noun): Promise<Ending> {
  if (thread === "code" || thread === "hi") return builtIn(ship, thread);
  if (thread !== "khan-eval")
    return {
      goof: tuple(
        "poke-ack",
        list(place(["app", "spider", "hoon"], "[466 7].[466 52]"), row("%no-file-for-thread", `%${thread}`)),
      ),
    };
  if (text === "") return { goof: tuple("thread-fail", "no-command", 0n) };
  const missing = imports(input).find((path) => path.join("/") !== "sur/hood/hoon");
  if (missing !== undefined) {
    const tang = WRONG.file(ship.who, "base", date(true), missing);
    return { goof: tuple("thread-fail", "child-failed", "thread-fail", "no-file", tang) };
  }
  return runStrand(ship, text);
}

/** The text of a `ted-eval`: a cord, or a cord with a list of paths to import. Null for anything else. */
function command(input: Noun): string | null {
  if (typeof input === "bigint") return textOf(input);
  return typeof input[0] === "bigint" && typeof input[1] !== "bigint" ? textOf(input[0]) : null;
}

function imports(input: Noun): readonly (readonly string[])[] {
  if (typeof input === "bigint") return [];
  const found: (readonly string[])[] = [];
  for (let rest = input[1]; typeof rest !== "bigint"; rest = rest[1]) found.push(knots(rest[0]));
  return found;
}

async function ovum(ship: Ship, line: Line, rid: bigint, body: Noun): Promise<void> {
  const [vane, wire, card] = items(body, 3);
  if (card === undefined || typeof card === "bigint") return line.bail(-6, "ovum-bad");
  const poke = textOf(card[0]) ?? "";
  if (!/^[abcdegijkl]$/.test(textOf(vane ?? 0n) ?? "")) {
    const name = `%${textOf(vane ?? 0n)}`;
    for (const text of ["conn: bail 1", "", `[%poke %${poke}]`, `[%plow-failed ${name}]`, `[%missing-vane ${name}]`])
      say(text);
    const failed = { wire: knots(wire ?? 0n), poke, verb: null, told: false };
    const goofs = bail(failed, row("%missing-vane", name), row("%plow-failed", name));
    return line.reply(tuple(rid, "bail", goofs));
  }
  await ship.run();
  line.reply(tuple(rid, "news", "done"));
  if (poke === "pack" || poke === "meld") gained(poke);
}
