import { createHash } from "node:crypto";
import { scot } from "@urbit/aura";

/** Login codes of two fake ships, as recorded; the others' are derived, so that each ship has one of its own. */
const KNOWN: Readonly<Record<string, string>> = {
  "~zod": "lidlut-tabwed-pillex-ridrup",
  "~bus": "riddec-bicrym-ridlev-pocsef",
};

export function codeOf(who: string): string {
  const known = KNOWN[who];
  if (known !== undefined) return known;
  const digest = createHash("sha256").update(`stand-in code of ${who}`).digest();
  // A moon-sized number, so that the code has its usual four words.
  return scot("p", digest.readBigUInt64LE() | (1n << 63n)).slice(1);
}

/** What the parts of a running ship share. */
export interface Ship {
  readonly who: string;
  readonly number: bigint;
  readonly fake: boolean;
  readonly pier: string;
  live: boolean;
  khan: boolean;
  event: number;
  amesPort: number;
  httpPort: number;
  loopbackPort: number;
  /** Commits events; resolves when they are durable. */
  commit(count: number): Promise<void>;
  /** Leaves gracefully: snapshot, files removed, exit 0. */
  leave(): void;
}

/** A session token or instance name as the ship prints it. */
export function token(): string {
  const digits = "0123456789abcdefghijklmnopqrstuv";
  const group = () => Array.from({ length: 5 }, () => digits[Math.floor(Math.random() * 32)]).join("");
  return `0v${1 + Math.floor(Math.random() * 7)}.${[group(), group(), group(), group(), group()].join(".")}`;
}
