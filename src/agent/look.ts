import { readFile } from "node:fs/promises";
import { get } from "node:http";
import { join } from "node:path";
import { infoLeaf, isYes, parseReply, peel } from "../urbit/conn.ts";
import { type Noun, textOf } from "../urbit/noun.ts";
import { type Keeper, openKeeper } from "./keeper.ts";
import { pierFiles, pierNames } from "./pier.ts";
import { createProcessFinder, unitStates } from "./processes.ts";
import type { ShipSample } from "./sample.ts";
import { createUpdates } from "./updates.ts";

export interface Looker {
  look(): Promise<readonly ShipSample[]>;
  close(): void;
}

export interface LookerOptions {
  /** Parent of the piers. */
  readonly home: string;
  /** Where each backup notes its end: `NAME` holds a Unix time. */
  readonly backups: string;
}

/** Ships asked at once: each costs its king a fraction of a millisecond and us a few system calls. */
const AT_ONCE = 50;
const HTTP_TIMEOUT_MS = 5_000;

/** Looks at every ship of the host; connections to their control sockets are kept between looks. */
export function createLooker({ home, backups }: LookerOptions): Looker {
  const keepers = new Map<string, Keeper>();
  const updates = createUpdates(home);
  const shipProcesses = createProcessFinder();

  const connection = async (name: string): Promise<Keeper> => {
    const known = keepers.get(name);
    if (known !== undefined && !known.gone) return known;
    const opened = await openKeeper(join(home, name));
    keepers.set(name, opened);
    updates.forget(name);
    return opened;
  };

  return {
    look: async () => {
      const names = await pierNames(home);
      for (const [name, keeper] of keepers) {
        if (names.includes(name)) continue;
        keeper.close();
        keepers.delete(name);
        updates.forget(name);
      }
      const piers = names.map((name) => join(home, name));
      const [processes, units] = await Promise.all([shipProcesses(piers), unitStates(names)]);
      const samples: ShipSample[] = [];
      for (let first = 0; first < names.length; first += AT_ONCE) {
        const batch = names.slice(first, first + AT_ONCE).map(async (name) => {
          const began = performance.now();
          const pier = join(home, name);
          const [files, said, backupAt] = await Promise.all([
            pierFiles(pier),
            connection(name).then(ask, () => SILENT),
            noted(join(backups, name)),
          ]);
          const { httpPort, ...sizes } = files;
          const web = httpPort === null || !said.up ? null : await health(httpPort);
          const process = processes.get(pier);
          const unit = units.get(name);
          return {
            ship: `~${name}`,
            ...said,
            ...sizes,
            loomLimitBytes: process?.loomLimitBytes ?? null,
            memory: process?.memory ?? {},
            httpStatus: web?.status ?? null,
            httpSeconds: web?.seconds ?? null,
            restarts: unit?.restarts ?? null,
            unitActive: unit?.active ?? null,
            startRefused: unit?.startRefused ?? null,
            updatesPending: said.up ? updates.pending(name) : null,
            backupAt,
            seconds: (performance.now() - began) / 1000,
          };
        });
        samples.push(...(await Promise.all(batch)));
      }
      return samples;
    },
    close: () => {
      for (const keeper of keepers.values()) keeper.close();
    },
  };
}

type Said = Pick<ShipSample, "up" | "live" | "threads" | "version" | "events" | "loomFreeBytes">;
const SILENT: Said = { up: false, live: null, threads: null, version: null, events: null, loomFreeBytes: null };

/** Peels on the kept connection: each is answered by the king itself, also while a long event runs. */
async function ask(keeper: Keeper): Promise<Said> {
  try {
    const value = async (path: string, at: number): Promise<Noun | null> => {
      const rid = BigInt(at + 1);
      const reply = parseReply(await keeper.ask(peel(rid, path)), rid);
      return reply.kind === "value" ? reply.noun : null;
    };
    // Handed over together: the keeper asks them one after another, and we wake once for most of the answers.
    const told = await Promise.all(["live", "khan", "v", "info", "quic"].map(value));
    const [live = null, khan = null, version = null, info = null, quick = null] = told;
    const event = info === null ? null : infoLeaf(info, ["lord", "event"]);
    return {
      up: true,
      live: live === null ? null : isYes(live),
      threads: khan === null ? null : isYes(khan),
      version: version === null ? null : textOf(version),
      events: event === null ? null : Number(event),
      loomFreeBytes: quick === null ? null : freeBytes(quick),
    };
  } catch {
    return SILENT;
  }
}

/** `[%quic [%open bytes] [%idle bytes] ~]`: the middle of the loom, and what lies on free lists. */
function freeBytes(noun: Noun): number | null {
  let total = 0;
  let found = false;
  for (let rest: Noun = noun, steps = 0; typeof rest !== "bigint" && steps < 16; steps += 1) {
    const head: Noun = rest[0];
    if (typeof head !== "bigint" && typeof head[1] === "bigint" && ["open", "idle"].includes(textOf(head[0]) ?? "")) {
      total += Number(head[1]);
      found = true;
    }
    rest = rest[1];
  }
  return found ? total : null;
}

function health(port: number): Promise<{ readonly status: number; readonly seconds: number } | null> {
  const began = performance.now();
  return new Promise((resolve) => {
    const request = get(
      { host: "127.0.0.1", port, path: "/~_~/healthz", timeout: HTTP_TIMEOUT_MS, agent: false },
      (response) => {
        response.resume();
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, seconds: (performance.now() - began) / 1000 }),
        );
        response.on("error", () => resolve(null));
      },
    );
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(null));
  });
}

async function noted(file: string): Promise<number | null> {
  const text = await readFile(file, "utf8").catch(() => "");
  return /^\d{9,11}\s*$/.test(text) ? Number(text) : null;
}
