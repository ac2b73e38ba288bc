import { fromBytes } from "./noun.ts";

const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-~";
const VALUE = new Map([...DIGITS].map((digit, index) => [digit, index] as const));

/** `0w`, a group of one to five digits that does not start with 0, then groups of exactly five. */
const SHAPE = /^0w(0|[1-9a-zA-Z~-][0-9a-zA-Z~-]{0,4}(\.[0-9a-zA-Z~-]{5})*)$/;

/** Reads an atom in @uw (base 64, grouped from the right); null for any other spelling. `limit` is in characters. */
export function parseUw(text: string, limit = 64 * 1024): bigint | null {
  if (text.length > limit || !SHAPE.test(text)) return null;
  const digits = text.slice(2).replaceAll(".", "");
  const bytes = new Uint8Array(Math.ceil((digits.length * 6) / 8));
  [...digits].reverse().forEach((digit, index) => {
    const value = VALUE.get(digit) ?? 0;
    const at = index * 6;
    bytes[at >> 3] = (bytes[at >> 3] ?? 0) | ((value << (at & 7)) & 0xff);
    // A digit that crosses a byte's edge has its upper bits in the next one.
    if ((at & 7) > 2) bytes[(at >> 3) + 1] = value >> (8 - (at & 7));
  });
  return fromBytes(bytes);
}

/** Writes an atom in @uw. */
export function renderUw(atom: bigint): string {
  let digits = "";
  for (let rest = atom; rest > 0n; rest >>= 6n) digits = `${DIGITS[Number(rest & 63n)]}${digits}`;
  if (digits === "") return "0w0";
  const first = digits.length % 5 || 5;
  const groups = [digits.slice(0, first)];
  for (let at = first; at < digits.length; at += 5) groups.push(digits.slice(at, at + 5));
  return `0w${groups.join(".")}`;
}
