import { join } from "node:path";
import { parseReply, peek } from "../urbit/conn.ts";
import type { Noun } from "../urbit/noun.ts";
import { openKeeper } from "./keeper.ts";

/** A scry waits for the event that runs: it is asked seldom, and no scrape waits for it. */
const EVERY_MS = 3_600_000;
const AGAIN_MS = 60_000;
const MOST_DESKS = 500;

export interface Updates {
  /** Desks with an update that waits, as last told; null until then. Asks again in the background when that is old. */
  pending(name: string): number | null;
  /** The ship is gone or was started anew: what it told is no longer true. */
  forget(name: string): void;
}

interface Known {
  pending: number | null;
  asking: boolean;
  askAt: number;
}

/**
 * Asks each ship which updates wait, on a connection of its own, so that a long event never delays the other answers.
 * It is given up after the answer: a descriptor of the ship's an hour is nothing, a process kept for it would be much.
 */
export function createUpdates(home: string, now: () => number = Date.now): Updates {
  const ships = new Map<string, Known>();

  const refresh = async (name: string, known: Known): Promise<void> => {
    known.asking = true;
    try {
      const keeper = await openKeeper(join(home, name));
      const asked = keeper.ask(peek(1n, "gx", "hood", "kiln", "pikes", "kiln-pikes"));
      // It reads to the end whatever we do, and ends then.
      keeper.close();
      const reply = parseReply(await asked, 1n);
      known.pending = reply.kind === "value" ? waiting(reply.noun) : null;
    } catch {
      known.pending = null;
    }
    known.asking = false;
    known.askAt = now() + (known.pending === null ? AGAIN_MS : EVERY_MS);
  };

  return {
    pending: (name) => {
      const known = ships.get(name) ?? { pending: null, asking: false, askAt: 0 };
      ships.set(name, known);
      if (!known.asking && now() >= known.askAt) void refresh(name, known);
      return known.pending;
    },
    forget: (name) => void ships.delete(name),
  };
}

/**
 * Desks of a `(map desk pike)` whose `wic`, the kernels their updates wait for, is not empty. A pike is
 * `[sync hash zest wic]`, a map a tree of `[[desk pike] left right]`. Null for anything else.
 */
export function waiting(pikes: Noun): number | null {
  const todo: Noun[] = [pikes];
  let found = 0;
  for (let seen = 0; todo.length > 0; seen += 1) {
    const node = todo.pop() ?? 0n;
    if (node === 0n) continue;
    if (seen > 2 * MOST_DESKS || typeof node === "bigint") return null;
    const [entry, branches] = node;
    if (typeof entry === "bigint" || typeof branches === "bigint") return null;
    let rest: Noun = entry[1];
    for (let member = 0; member < 3; member += 1) {
      if (typeof rest === "bigint") return null;
      rest = rest[1];
    }
    if (rest !== 0n) found += 1;
    todo.push(branches[0], branches[1]);
  }
  return found;
}
