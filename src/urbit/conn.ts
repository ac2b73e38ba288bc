import { frame, unframe } from "./newt.ts";
import { list, type Noun, tapeOf, textOf, tuple } from "./noun.ts";

/**
 * Requests and replies of a ship's control socket (`.urb/conn.sock`). Shapes as recorded from vere 4.5; where kernels
 * differ, both forms are read. `rid` must not be in use by another request that is still running.
 */
export function peel(rid: bigint, ...path: readonly string[]): Uint8Array {
  return frame(tuple(rid, "peel", list(...path)));
}

/** A scry at the present case: `view` such as `gx`, then desk or agent, then the rest of the path. */
export function peek(rid: bigint, view: string, desk: string, ...spur: readonly string[]): Uint8Array {
  return frame(tuple(rid, "peek", 1n, "once", view, desk, list(...spur)));
}

/** Runs a strand written as hoon text. Exactly one per connection: the ship closes it after the answer. */
export function evaluate(rid: bigint, hoon: string): Uint8Array {
  return frame(tuple(rid, "fyrd", "base", "khan-eval", "noun", "ted-eval", hoon));
}

export function ovum(rid: bigint, vane: string, wire: readonly string[], card: Noun): Uint8Array {
  return frame(tuple(rid, "ovum", vane, list(...wire), card));
}

/** The login code as a cord, without its sig. */
export const CODE_HOON = [
  "=/  m  (strand ,vase)",
  ";<  our=@p  bind:m  get-our",
  ";<  code=@p  bind:m  (scry @p /j/code/(scot %p our))",
  "(pure:m !>((crip (slag 1 (scow %p code)))))",
].join("\n");

/** `|hi` of the ship to itself: a poke of %hood, whose ack the strand waits for. */
export const HI_HOON = [
  "=/  m  (strand ,vase)",
  ";<  our=@p  bind:m  get-our",
  ";<  ~  bind:m  (poke [our %hood] %helm-hi !>('slipway'))",
  "(pure:m !>('success'))",
].join("\n");

export type Reply =
  | { readonly kind: "value"; readonly noun: Noun }
  /** The ship knows no such thing: an unknown peel, a scry without result. */
  | { readonly kind: "none" }
  /** The thread or event failed; `why` is short text from the ship, never the request. */
  | { readonly kind: "failed"; readonly why: string }
  | { readonly kind: "unreadable"; readonly why: string };

/** Reads the reply to a peel, peek, fyrd or ovum. */
export function parseReply(bytes: Uint8Array, rid: bigint): Reply {
  const cued = unframe(bytes);
  if ("bad" in cued) return { kind: "unreadable", why: `the reply is ${cued.bad}` };
  const { noun } = cued;
  if (typeof noun === "bigint") return { kind: "unreadable", why: "the reply is an atom" };
  const [id, rest] = noun;
  // The transport answers its own errors with request id 0.
  if (typeof rest !== "bigint" && textOf(rest[0]) === "bail") return { kind: "failed", why: bailText(rest[1]) };
  if (id !== rid) return { kind: "unreadable", why: "the reply belongs to another request" };
  if (rest === 0n) return { kind: "none" };
  if (typeof rest === "bigint") return { kind: "unreadable", why: "the reply has no body" };
  const [tag, body] = rest;
  // Answers of the king itself carry no tag, only a unit.
  if (tag === 0n) return { kind: "value", noun: body };
  const word = textOf(tag);
  if (word === "peel") return { kind: "value", noun: body };
  if (word === "peek") return peeked(body);
  if (word === "avow") return avowed(body);
  if (word === "news")
    return textOf(body) === "done" ? { kind: "value", noun: body } : { kind: "failed", why: "the event was dropped" };
  return { kind: "unreadable", why: "the reply has an unknown tag" };
}

/** `[0 %omen path mark noun]` or `[0 mark noun]`. */
function peeked(body: Noun): Reply {
  if (body === 0n) return { kind: "none" };
  const found = item(body, 1);
  if (found === null || typeof found === "bigint")
    return { kind: "unreadable", why: "the scry's result has another shape" };
  if (textOf(found[0]) !== "omen") return { kind: "value", noun: found[1] };
  const result = item(found[1], 1);
  if (result === null || typeof result === "bigint")
    return { kind: "unreadable", why: "the scry's result has another shape" };
  return { kind: "value", noun: result[1] };
}

/** `[0 mark noun]` for a result, `[1 goof]` for a failure. */
function avowed(body: Noun): Reply {
  if (typeof body === "bigint") return { kind: "unreadable", why: "the thread's result has another shape" };
  const [failed, result] = body;
  if (failed === 0n && typeof result !== "bigint") return { kind: "value", noun: result[1] };
  return { kind: "failed", why: words(result).join(" ") || "the thread failed" };
}

/** Transport: `[code msg]`; an event: `[goof …]`. */
function bailText(body: Noun): string {
  return words(body).join(" ") || "the request was refused";
}

/** The first few readable words of a goof, in order: enough to say what failed. */
function words(noun: Noun): readonly string[] {
  const found: string[] = [];
  const todo: Noun[] = [noun];
  for (let steps = 0; steps < 2_000 && found.length < 6; steps += 1) {
    const next = todo.pop();
    if (next === undefined) break;
    const text = tapeOf(next, 200) ?? textOf(next);
    if (text !== null && /^[\x20-\x7e]{3,200}$/.test(text) && !SHAPES.has(text)) found.push(text);
    else if (typeof next !== "bigint") todo.push(next[1], next[0]);
  }
  return found;
}

/** Tags of printed structure, not of what happened. */
const SHAPES = new Set(["leaf", "rose", "palm"]);

/** Loobean of a peel: 0 is yes. */
export function isYes(noun: Noun): boolean {
  return noun === 0n;
}

/** What follows the `index`-th head of a right-nested tuple. */
function item(noun: Noun, index: number): Noun | null {
  let rest: Noun = noun;
  for (let at = 0; at < index; at += 1) {
    if (typeof rest === "bigint") return null;
    rest = rest[1];
  }
  return rest;
}

/**
 * A value out of `/info`: leaves are `[name 0 atom]`, branches `[name 1 list]`. Finds the leaf by the names on the way,
 * anywhere deeper than each other; null when the ship does not report it.
 */
export function infoLeaf(info: Noun, path: readonly string[]): bigint | null {
  const todo: { readonly noun: Noun; readonly want: number }[] = [{ noun: info, want: 0 }];
  for (let steps = 0; steps < 20_000; steps += 1) {
    const next = todo.pop();
    if (next === undefined) return null;
    const { noun, want } = next;
    if (typeof noun === "bigint" || typeof noun[1] === "bigint") continue;
    const [name, [kind, body]] = noun;
    const here = textOf(name) === path[want] ? want + 1 : want;
    if (kind === 0n && here === path.length && typeof body === "bigint") return body;
    if (kind !== 1n) continue;
    const children: Noun[] = [];
    for (let rest: Noun = body; typeof rest !== "bigint" && children.length < 2_000; rest = rest[1])
      children.push(rest[0]);
    for (const child of children.reverse()) todo.push({ noun: child, want: here });
  }
  return null;
}

/**
 * The login code out of a reply, without sig: a cord, a tape (newer kernels), or the @p itself as a number. Null for
 * anything else.
 */
export async function codeOf(noun: Noun): Promise<string | null> {
  const text = tapeOf(noun, 64) ?? textOf(noun);
  const plain = text?.replace(/^~/, "") ?? "";
  if (/^[a-z]{6}(-[a-z]{6}){3}$/.test(plain)) return plain;
  if (typeof noun !== "bigint" || noun >= 1n << 64n || noun < 1n << 16n) return null;
  const { scot } = await import("@urbit/aura");
  const name = scot("p", noun).slice(1);
  return /^[a-z]{6}(-[a-z]{6}){0,3}$/.test(name) ? name : null;
}
