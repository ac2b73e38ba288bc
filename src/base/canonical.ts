import { createHash } from "node:crypto";

/**
 * JSON with one spelling per value: keys sorted by code unit, no spaces, `undefined` members left out (RFC 8785's
 * rules for everything Slipway stores: strings, booleans, null, arrays, objects and finite numbers).
 */
export function canonicalJson(value: unknown): string {
  return spell(value);
}

/** SHA-256 of a value's canonical JSON, however long that is: the text is never held as a whole. */
export function canonicalSha256(value: unknown): string {
  const hash = createHash("sha256");
  for (const piece of pieces(value, CANONICAL)) hash.update(piece);
  return hash.digest("hex");
}

/** A value's plain JSON in pieces, its keys in their own order: for output too long to be held as a whole. */
export function jsonPieces(value: unknown): Iterable<string> {
  return pieces(value, PLAIN);
}

/** How keys are ordered and what is not taken apart is written. */
interface Style {
  readonly keys: (value: object) => readonly string[];
  readonly leaf: (value: unknown) => string;
}

const CANONICAL: Style = { keys: (value) => Object.keys(value).sort(), leaf: spell };
const PLAIN: Style = { keys: Object.keys, leaf: (value) => JSON.stringify(value) ?? "null" };

/** Values nested deeper than this are written in one piece. */
const DEPTH = 5;
const CHUNK = 1 << 16;

/** The text of a value, cut between its members into pieces of some length. */
function* pieces(value: unknown, style: Style): Generator<string, void> {
  let pending = "";
  yield* visit(value, DEPTH);
  if (pending !== "") yield pending;

  function* visit(inner: unknown, depth: number): Generator<string, void> {
    if (depth === 0 || typeof inner !== "object" || inner === null) {
      pending += style.leaf(inner);
      if (pending.length < CHUNK) return;
      yield pending;
      pending = "";
      return;
    }
    const list = Array.isArray(inner);
    let separator = list ? "[" : "{";
    for (const key of list ? inner.keys() : style.keys(inner)) {
      const member = (inner as Readonly<Record<string, unknown>>)[key];
      if (member === undefined && !list) continue;
      pending += typeof key === "string" ? separator + spelledKey(key) : separator;
      yield* visit(member ?? null, depth - 1);
      separator = ",";
    }
    pending += `${separator === "," ? "" : separator}${list ? "]" : "}"}`;
  }
}

/** A value in one piece. */
function spell(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError("canonical JSON holds finite numbers only");
    return JSON.stringify(value);
  }
  if (typeof value !== "object") throw new TypeError(`canonical JSON cannot hold a ${typeof value}`);
  let text = "";
  let separator = "";
  if (Array.isArray(value)) {
    for (const item of value) {
      text += separator + spell(item === undefined ? null : item);
      separator = ",";
    }
    return `[${text}]`;
  }
  for (const key of Object.keys(value).sort()) {
    const member = (value as Readonly<Record<string, unknown>>)[key];
    if (member === undefined) continue;
    text += separator + spelledKey(key) + spell(member);
    separator = ",";
  }
  return `{${text}}`;
}

/** Keys come again and again, in plans by the hundred thousand; the first few thousand are spelled once. */
const KEYS = new Map<string, string>();
const KEPT = 4_096;

function spelledKey(key: string): string {
  const known = KEYS.get(key);
  if (known !== undefined) return known;
  const spelled = `${JSON.stringify(key)}:`;
  if (KEYS.size < KEPT) KEYS.set(key, spelled);
  return spelled;
}

/** SHA-256 of bytes or UTF-8 text, 64 lower-case hex digits. */
export function sha256(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
