import { join } from "node:path";
import { parseReply, peek } from "../urbit/conn.ts";
import type { Noun } from "../urbit/noun.ts";
import { type Keeper, openKeeper } from "./keeper.ts";

/** A scry waits for the event that runs: it is asked seldom, and no scrape waits for it. */
const EVERY_MS = 600_000;
const MOST_DESKS = 500;

export interface Updates {
  /** Desks with an update that waits, as last told; null until then. Asks again in the background when that is old. */
  pending(name: string): number | null;
  forget(name: string): void;
  close(): void;
}

interface Known {
  pending: number | null;
  askedAt: number;
  keeper: Keeper | null;
}

/** Asks each ship which updates wait, on a connection of its own, so that a long event never delays the other answers. */
export function createUpdates(home: string, now: () => number = Date.now): Updates {
  const ships = new Map<string, Known>();
  let closed = false;

  const refresh = async (name: string, known: Known): Promise<void> => {
    try {
      if (known.keeper === null || known.keeper.gone) known.keeper = await openKeeper(join(home, name));
      if (closed || ships.get(name) !== known) return known.keeper.close();
      const reply = parseReply(await known.keeper.ask(peek(1n, "gx", "hood", "kiln", "pikes", "kiln-pikes")), 1n);
      known.pending = reply.kind === "value" ? waiting(reply.noun) : null;
    } catch {
      known.pending = null;
    }
  };

  return {
    pending: (name) => {
      const known = ships.get(name) ?? { pending: null, askedAt: Number.NEGATIVE_INFINITY, keeper: null };
      ships.set(name, known);
      if (now() - known.askedAt >= EVERY_MS || known.keeper?.gone === true) {
        known.askedAt = now();
        void refresh(name, known);
      }
      return known.pending;
    },
    forget: (name) => {
      ships.get(name)?.keeper?.close();
      ships.delete(name);
    },
    close: () => {
      closed = true;
      for (const { keeper } of ships.values()) keeper?.close();
    },
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
