/** A noun: an atom, or a pair. Shared parts stay shared, so walking one must be bounded by the walker. */
export type Noun = bigint | Cell;
export type Cell = readonly [Noun, Noun];

export interface CueLimits {
  /** Bytes of input. */
  readonly bytes: number;
  /** Atoms and cells made. */
  readonly nodes: number;
}

/** Twice the largest reply a ship can send over its control socket (219,264 bytes seen). */
const LIMITS: CueLimits = { bytes: 512 * 1024, nodes: 1_000_000 };

export type Cued = { readonly noun: Noun } | { readonly bad: "truncated" | "malformed" | "too-large" };

/** Builds a right-nested tuple: `tuple(a, b, c)` is `[a b c]`. Text becomes a cord. */
export function tuple(...items: readonly (Noun | string)[]): Noun {
  const nouns = items.map((item) => (typeof item === "string" ? cord(item) : item));
  return nouns.reduceRight((tail, head) => [head, tail]);
}

/** A null-ended list. */
export function list(...items: readonly (Noun | string)[]): Noun {
  return tuple(...items, 0n);
}

/** Text as an atom: UTF-8, first byte lowest. */
export function cord(text: string): bigint {
  return fromBytes(new TextEncoder().encode(text));
}

/** An atom as text; null when it is not UTF-8. */
export function textOf(noun: Noun): string | null {
  if (typeof noun !== "bigint") return null;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(toBytes(noun));
  } catch {
    return null;
  }
}

/** A list of characters (a tape) as text, at most `limit` of them; null for anything else. */
export function tapeOf(noun: Noun, limit = 10_000): string | null {
  let text = "";
  let rest = noun;
  for (let count = 0; count <= limit; count += 1) {
    if (rest === 0n) return text;
    if (typeof rest === "bigint") return null;
    const [head, tail] = rest;
    if (typeof head !== "bigint" || head === 0n || head > 0x10ffffn) return null;
    text += String.fromCodePoint(Number(head));
    rest = tail;
  }
  return null;
}

export function fromBytes(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n;
  return BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
}

/** Bytes of an atom, lowest first, without leading zeros. */
export function toBytes(atom: bigint): Uint8Array {
  if (atom === 0n) return new Uint8Array();
  const hex = atom.toString(16);
  return Buffer.from(hex.length % 2 === 1 ? `0${hex}` : hex, "hex").reverse();
}

/** Reads a jammed noun without recursion and within bounds: the bytes may come from anywhere. */
export function cue(bytes: Uint8Array, limits: CueLimits = LIMITS): Cued {
  if (bytes.length > limits.bytes) return { bad: "too-large" };
  const bits = bytes.length * 8;
  const made = new Map<number, Noun>();
  const heads: { readonly at: number; head: Noun | null }[] = [];
  let at = 0;
  const bit = () => ((bytes[at >> 3] ?? 0) >> (at++ & 7)) & 1;
  for (let nodes = 0; nodes < limits.nodes; nodes += 1) {
    const start = at;
    if (at >= bits) return { bad: "truncated" };
    let noun: Noun;
    const isAtom = bit() === 0;
    if (!isAtom && at >= bits) return { bad: "truncated" };
    const isCell = !isAtom && bit() === 0;
    if (isCell) {
      heads.push({ at: start, head: null });
      continue;
    }
    const value = number();
    if (value === null) return { bad: "truncated" };
    if (isAtom) noun = value;
    else {
      const seen = value < BigInt(bits) ? made.get(Number(value)) : undefined;
      if (seen === undefined) return { bad: "malformed" };
      noun = seen;
    }
    made.set(start, noun);
    for (;;) {
      const open = heads.at(-1);
      if (open === undefined) return { noun };
      if (open.head === null) {
        open.head = noun;
        break;
      }
      heads.pop();
      noun = [open.head, noun];
      made.set(open.at, noun);
    }
  }
  return { bad: "too-large" };

  /** A run of zeros says how long the length is; the length's top bit is implied. */
  function number(): bigint | null {
    let zeros = 0;
    while (bit() === 0) {
      zeros += 1;
      if (zeros > 32 || at >= bits) return null;
    }
    if (zeros === 0) return 0n;
    if (at + zeros - 1 > bits) return null;
    let length = 1;
    for (let index = 0, low = 0; index < zeros - 1; index += 1) {
      low |= bit() << index;
      length = 2 ** (zeros - 1) + low;
    }
    // The last byte is filled up with zeros, but no digit of a number may lie behind it.
    if (length > bits - at) return null;
    return take(length);
  }

  function take(length: number): bigint {
    const whole = new Uint8Array(Math.ceil(length / 8));
    for (let index = 0; index < length; index += 1)
      whole[index >> 3] = (whole[index >> 3] ?? 0) | (bit() << (index & 7));
    return fromBytes(whole);
  }
}

/** Jams a noun as vere does, with back-references. Deep nouns (long lists) are no deeper a call. */
export function jam(noun: Noun): Uint8Array {
  const same = numbering(noun);
  const places = new Map<number, number>();
  let out = new Uint8Array(256);
  let length = 0;
  /** Appends the low `count` bits of an atom that has no more. */
  const bits = (value: bigint, count: number) => {
    const bytes = toBytes(value);
    if (((length + count) >> 3) + 2 > out.length) {
      const larger = new Uint8Array((out.length + bytes.length) * 2);
      larger.set(out);
      out = larger;
    }
    const shift = length & 7;
    let at = length >> 3;
    for (const byte of bytes) {
      out[at] = (out[at] ?? 0) | (byte << shift);
      at += 1;
      out[at] = byte >> (8 - shift);
    }
    length += count;
  };
  const number = (value: bigint) => {
    const size = met(value);
    const sizeOfSize = met(BigInt(size));
    bits(1n << BigInt(sizeOfSize), sizeOfSize + 1);
    // The length's top bit is implied.
    if (sizeOfSize > 0) bits(BigInt(size) & ~(1n << BigInt(sizeOfSize - 1)), sizeOfSize - 1);
    bits(value, size);
  };
  const todo: Noun[] = [noun];
  for (let item = todo.pop(); item !== undefined; item = todo.pop()) {
    const before = places.get(same(item));
    if (before === undefined) places.set(same(item), length);
    if (before !== undefined && (typeof item !== "bigint" || met(item) > met(BigInt(before)))) {
      bits(3n, 2);
      number(BigInt(before));
    } else if (typeof item === "bigint") {
      bits(0n, 1);
      number(item);
    } else {
      bits(1n, 2);
      todo.push(item[1], item[0]);
    }
  }
  return out.slice(0, Math.ceil(length / 8));
}

/** Gives equal parts of a noun one number, by looking at each part once. */
function numbering(root: Noun): (part: Noun) => number {
  const atoms = new Map<bigint, number>();
  const pairs = new Map<string, number>();
  const cells = new Map<Cell, number>();
  let next = 0;
  const numberOf = (part: Noun): number | undefined => (typeof part === "bigint" ? atomOf(part) : cells.get(part));
  const atomOf = (atom: bigint): number => {
    const known = atoms.get(atom) ?? next++;
    atoms.set(atom, known);
    return known;
  };
  const todo: Noun[] = [root];
  for (let part = todo.at(-1); part !== undefined; part = todo.at(-1)) {
    if (typeof part === "bigint" || cells.has(part)) {
      todo.pop();
      continue;
    }
    const head = numberOf(part[0]);
    const tail = numberOf(part[1]);
    if (head === undefined || tail === undefined) {
      if (tail === undefined) todo.push(part[1]);
      if (head === undefined) todo.push(part[0]);
      continue;
    }
    const pair = `${head}:${tail}`;
    const known = pairs.get(pair) ?? next++;
    pairs.set(pair, known);
    cells.set(part, known);
    todo.pop();
  }
  return (part) => numberOf(part) ?? -1;
}

/** Bits of an atom. */
function met(atom: bigint): number {
  const hex = atom.toString(16);
  return (hex.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(hex.charAt(0), 16)));
}
