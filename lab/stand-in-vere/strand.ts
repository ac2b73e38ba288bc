import { list, type Noun, tuple } from "../../src/urbit/noun.ts";
import { gained } from "./log-lines.ts";
import { AGENTS, scry, VATS } from "./scries.ts";
import { sleep, ZUSE } from "./settings.ts";
import { codeOf, date, type Ship } from "./ship.ts";
import { leaf, tape, WRONG } from "./tanks.ts";

/** How a strand ended: with a noun, with a goof (`[term tang]`, nested), or not at all. */
export type Ending = { readonly noun: Noun } | { readonly goof: Noun } | null;

type Faces = ReadonlyMap<string, Value>;
/** A value with the aura its type gives it; a strand may only print an atom by the right one. */
type Value = { readonly aura: "p" | "da" | "ud" | "t" | "tape" | "*"; readonly noun: Noun };

/** What one step of a strand does before the rest. */
type Step = (ship: Ship, faces: Faces) => Promise<Value | Ending>;

const HEAD = "=/  m  (strand ,vase)";
/** Milliseconds of the loops a test runs to keep a ship busy: nanoseconds for each round. */
const NANOSECONDS_A_ROUND = 1_000;

/**
 * Runs the text of a strand, as far as hoon goes here: a line each for what is bound, the last for the result. What it
 * does not know ends as the ship ends what it does not know: a syntax error, a missing name, a wrong type.
 */
export async function runStrand(ship: Ship, text: string): Promise<Ending> {
  const lines = text.split("\n").map((line) => line.trim());
  if (lines.shift() !== HEAD) return { goof: tuple("thread-fail", "crash", WRONG.syntax(text.indexOf(" ") + 2)) };
  const faces = new Map<string, Value>();
  for (const [index, line] of lines.entries()) {
    const bound = /^;<\s+(?:([a-z][a-z0-9-]*)(?:=(\S+))?|~)\s+bind:m\s+(.+)$/.exec(line);
    if (bound === null) return result(ship, lines.slice(index).join("\n"), faces);
    const done = await step(bound[3] ?? "")(ship, faces);
    if (done === null || !("aura" in done)) return done;
    if (bound[1] !== undefined) faces.set(bound[1], done);
  }
  return failed("crash", WRONG.type("*"));
}

/** A failure inside the strand, as its parent thread reports it. */
function failed(term: string, tang: Noun): { readonly goof: Noun } {
  return { goof: tuple("thread-fail", "child-failed", "thread-fail", term, tang) };
}

function step(text: string): Step {
  const nothing: Value = { aura: "*", noun: 0n };
  if (text === "get-our") return async (ship) => ({ aura: "p", noun: ship.number });
  if (text === "get-time") return async () => ({ aura: "da", noun: BigInt(Date.now()) });
  const pause = /^\(sleep ~s(\d+)\)$/.exec(text)?.[1];
  if (pause !== undefined)
    return async () => {
      await sleep(Number(pause) * 1000);
      return nothing;
    };
  const said = /^\(flog-text "(.*)"\)$/.exec(text)?.[1];
  if (said !== undefined)
    return async (ship) => {
      ship.slog(said);
      return nothing;
    };
  if (text === "(flog [%pack ~])")
    return async () => {
      setTimeout(() => gained("pack"), 50);
      return nothing;
    };
  const poked = /^\(poke \[our %([a-z-]+)\] %([a-z-]+) !>\((.+)\)\)$/.exec(text);
  if (poked !== null) return (ship, faces) => poke(ship, faces, poked[1] ?? "", poked[2] ?? "");
  const read = /^\(scry (\S+) \/(.+)\)$/.exec(text);
  if (read !== null) return async (ship, faces) => readOut(ship, faces, read[1] ?? "", read[2] ?? "");
  return async () => failed("crash", WRONG.find(/[a-z][a-z0-9-]*/.exec(text)?.[0] ?? text));
}

/** Marks of hood a strand may poke; another agent has none, and one that does not run never answers. */
async function poke(ship: Ship, faces: Faces, agent: string, mark: string): Promise<Value | Ending> {
  if (!faces.has("our")) return failed("crash", WRONG.find("our"));
  if (!AGENTS.includes(agent)) {
    ship.slog(`gall: not running %${agent} yet, got %poke`);
    return null;
  }
  if (!["helm-hi", "drum-exit", "helm-pass"].includes(mark)) return failed("poke-fail", WRONG.mark(agent, mark));
  await ship.run();
  if (mark === "drum-exit") setTimeout(() => ship.leave(), 20);
  return { aura: "*", noun: 0n };
}

function readOut(ship: Ship, faces: Faces, mold: string, path: string): Value | Ending {
  if (path.includes("(scot %p our)") && !faces.has("our")) return failed("crash", WRONG.find("our"));
  const [care = "", desk = "", ...spur] = path.replaceAll("(scot %p our)", ship.who).split("/");
  const found = scry(ship.who, care, desk, spur);
  if (found === null) return failed("crash", WRONG.crash());
  return { aura: mold === "@p" ? "p" : "*", noun: found.noun };
}

/** The last rune: what the strand produces, or why it does not. */
async function result(ship: Ship, text: string, faces: Faces): Promise<Ending> {
  const thrown = /^\(strand-fail:strand %([a-z-]+) ~\[(.*)\]\)$/.exec(text);
  if (thrown !== null) {
    const lines = [...(thrown[2] ?? "").matchAll(/leaf\+"([^"]*)"/g)].map((found) => leaf(found[1] ?? ""));
    return failed(thrown[1] ?? "", list(...lines));
  }
  const rounds = /\?:\s+=\(\w+ (\d[\d.]*)\)/.exec(text)?.[1];
  if (rounds !== undefined && text.includes("|-")) {
    const count = Number(rounds.replaceAll(".", ""));
    await ship.run((count * NANOSECONDS_A_ROUND) / 1e6);
    return { noun: BigInt(count) };
  }
  const vase = /^\(pure:m !>\((.+)\)\)$/s.exec(text)?.[1];
  if (vase === undefined) {
    const bare = /^\(pure:m (\d+)\)$/.exec(text);
    return failed("crash", bare === null ? WRONG.crash() : WRONG.type("@ud"));
  }
  const value = evaluate(ship, vase, faces);
  return "aura" in value ? { noun: value.noun } : failed("crash", value.wrong);
}

function evaluate(ship: Ship, text: string, faces: Faces): Value | { readonly wrong: Noun } {
  const cord = /^'([^']*)'$/.exec(text)?.[1];
  if (cord !== undefined) return { aura: "t", noun: tuple(cord) };
  if (/^\d+$/.test(text)) return { aura: "ud", noun: BigInt(text) };
  const number = (digits: string | undefined) => Number((digits ?? "0").replaceAll(".", ""));
  const filled = /^\(fil 3 ([\d.]+) '(.)'\)$/.exec(text);
  if (filled !== null) return { aura: "t", noun: tuple((filled[2] ?? "").repeat(number(filled[1]))) };
  const ones = /^\(dec \(bex ([\d.]+)\)\)$/.exec(text);
  if (ones !== null) return { aura: "ud", noun: (1n << BigInt(number(ones[1]))) - 1n };
  const range = /^\(gulf (\d+) ([\d.]+)\)$/.exec(text);
  if (range !== null) {
    const [from, to] = [number(range[1]), number(range[2])];
    return { aura: "*", noun: list(...Array.from({ length: to - from + 1 }, (_, index) => BigInt(from + index))) };
  }
  if (/^\(report-vats our now \[%base %kids ~\] %\$ \|\)$/.test(text))
    return { aura: "*", noun: list(...VATS.toReversed()) };
  // The code as text: only an @p has one.
  const code = /^\(crip \(slag 1 \(scow %p (\S+?)\)\)\)$/.exec(text)?.[1];
  if (code !== undefined) return printed(faces, code, "p", () => tuple(codeOf(ship.who)));
  const tapeOf = /^\(scow %p (\S+?)\)$/.exec(text)?.[1];
  if (tapeOf !== undefined) return printed(faces, tapeOf, "p", () => tape(`~${codeOf(ship.who)}`));
  const name = /^\(scot %p (\S+?)\)$/.exec(text)?.[1];
  if (name !== undefined) return printed(faces, name, "p", () => tuple(ship.who));
  const when = /^\(scot %da (\S+?)\)$/.exec(text)?.[1];
  if (when !== undefined) return printed(faces, when, "da", () => tuple(date(true)));
  const missing = /^\(?([a-z][a-z0-9-]*)(?::([a-z][a-z0-9-]*))?/.exec(text);
  return faces.get(text) ?? { wrong: WRONG.find(missing?.[2] ?? missing?.[1] ?? text) };
}

function printed(faces: Faces, face: string, aura: Value["aura"], text: () => Noun): Value | { readonly wrong: Noun } {
  const value = faces.get(face);
  if (value === undefined) return { wrong: WRONG.find(face) };
  return value.aura === aura ? { aura: "t", noun: text() } : { wrong: WRONG.type("*") };
}

/** Threads that come with the ship, %code and %hi; the latter is never given what it wants here. */
export function builtIn(ship: Ship, thread: string): Ending {
  if (thread === "code") {
    const found = scry(ship.who, "j", "code", [ship.who]);
    // The older kernel prints it: OBSERVED, HTTP and control socket.
    return { noun: ZUSE === 417 ? tape(`~${codeOf(ship.who)}`) : (found?.noun ?? 0n) };
  }
  return { goof: tuple("thread-fail", "false-start", WRONG.start()) };
}
