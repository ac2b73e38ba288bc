import type { ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { scot } from "@urbit/aura";
import { parsePoint } from "../../src/urbit/point.ts";
import type { Identity } from "./pier.ts";
import { say, sleep } from "./settings.ts";
import type { Order, Word } from "./worker.ts";

/** What the parts of a running ship share. */
export interface Ship {
  readonly who: string;
  readonly number: bigint;
  readonly local: boolean;
  readonly pier: string;
  live: boolean;
  khan: boolean;
  event: number;
  amesPort: number;
  httpPort: number;
  loopbackPort: number;
  /** An event runs right now: the web server says 429 then. */
  readonly busy: boolean;
  /** Runs an event of `ms` after those before it and makes it durable, as `count` of them. */
  run(ms?: number, count?: number): Promise<void>;
  /** Waits for the events before, and runs none. */
  settle(): Promise<void>;
  /** A line of the ship's log; a page may listen to them. */
  slog(line: string): void;
  readonly listeners: Set<(line: string) => void>;
  /** Leaves gracefully: snapshot, files removed, exit 0. */
  leave(): void;
}

export function order(worker: ChildProcess, what: Order): void {
  if (worker.connected) worker.send(what, () => undefined);
}

export function makeShip(
  pier: string,
  identity: Identity,
  event: number,
  worker: ChildProcess,
  local: boolean,
  leave: () => void,
): Ship {
  const waiting = new Map<number, () => void>();
  const listeners = new Set<(line: string) => void>();
  let next = 0;
  let pending = 0;
  let tail = Promise.resolve();
  const point = parsePoint(identity.who);
  const ship: Ship = {
    who: identity.who,
    number: point.ok ? point.value.number : 0n,
    local: local || identity.fake,
    pier,
    live: false,
    khan: false,
    event,
    amesPort: 0,
    httpPort: 0,
    loopbackPort: 0,
    get busy() {
      return pending > 0;
    },
    run: (ms = 0, count = 1) => {
      pending += 1;
      const done = tail.then(async () => {
        await sleep(ms);
        await new Promise<void>((committed) => {
          next += 1;
          waiting.set(next, committed);
          order(worker, { kind: "commit", id: next, count });
        });
        pending -= 1;
      });
      tail = done;
      return done;
    },
    settle: () => tail,
    slog: (line) => {
      say(line);
      for (const listener of listeners) listener(line);
    },
    listeners,
    leave,
  };
  worker.on("message", (word: Word) => {
    if (word.kind !== "committed") return;
    ship.event = word.event;
    waiting.get(word.id)?.();
    waiting.delete(word.id);
  });
  return ship;
}

/** Login codes of two fake ships, as recorded; the others' are derived, so that each ship has one of its own. */
const KNOWN: Readonly<Record<string, string>> = {
  "~zod": "lidlut-tabwed-pillex-ridrup",
  "~bus": "riddec-bicrym-ridlev-pocsef",
};

/** The login code, without sig. */
export function codeOf(who: string): string {
  const known = KNOWN[who];
  if (known !== undefined) return known;
  const digest = createHash("sha256").update(`stand-in code of ${who}`).digest();
  // A moon-sized number, so that the code has its usual four words.
  return scot("p", digest.readBigUInt64LE() | (1n << 63n)).slice(1);
}

export function codeNumber(who: string): bigint {
  const point = parsePoint(`~${codeOf(who)}`);
  return point.ok ? point.value.number : 0n;
}

/** A session token as the ship prints it. */
export function token(): string {
  const digits = "0123456789abcdefghijklmnopqrstuv";
  const group = () => Array.from({ length: 5 }, () => digits[Math.floor(Math.random() * 32)]).join("");
  return `0v${1 + Math.floor(Math.random() * 7)}.${[group(), group(), group(), group(), group()].join(".")}`;
}

/** Now, as the ship writes a date: to the second, or with the fraction it adds to a case. */
export function date(fraction = false): string {
  const [day = "", time = ""] = new Date().toISOString().slice(0, 19).split("T");
  const [year, month, date] = day.split("-").map(Number);
  const rest = fraction ? `..${(Date.now() % 65_536).toString(16).padStart(4, "0")}` : "";
  return `~${year}.${month}.${date}..${time.replaceAll(":", ".")}${rest}`;
}
