import { DatabaseSync } from "node:sqlite";
import { sha256 } from "../../base/canonical.ts";
import type { Fault } from "./faults.ts";
import type { HostModel, Settings } from "./model.ts";

/** One change the model took: what a test counts to prove that nothing was done twice. */
export interface Mutation {
  readonly seq: number;
  readonly host: string;
  readonly operation: string;
  readonly subject: string;
  readonly detail: string;
}

/** What an operation may do to its host while it holds the world: note each change it makes. */
export interface Turn {
  readonly host: HostModel;
  readonly settings: Settings;
  readonly now: number;
  mutate(operation: string, subject: string, detail: string): void;
}

/**
 * The twin's hosts, ships and time, in one SQLite file: it outlives a killed worker and is shared by several. Every
 * operation is one transaction on one host.
 */
export interface World {
  addHost(name: string, overrides?: HostModel["facts"]): void;
  turn<T>(host: string, act: (turn: Turn) => T): T;
  hosts(): readonly HostModel[];
  mutations(): readonly Mutation[];
  faults(): readonly Fault[];
  setFaults(faults: readonly Fault[]): void;
  configure(settings: Partial<Settings>): void;
  close(): void;
}

const DEFAULTS: Settings = { bootMs: 0, startMs: 0 };

export function openWorld(file: string): World {
  const db = new DatabaseSync(file);
  // The journal must survive the death of a process, not of the machine: a rehearsal can be run again.
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA busy_timeout = 10000;
    CREATE TABLE IF NOT EXISTS hosts (name TEXT PRIMARY KEY, model TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS mutations (seq INTEGER PRIMARY KEY, host TEXT, operation TEXT, subject TEXT, detail TEXT);
    CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);`);
  const begin = db.prepare("BEGIN IMMEDIATE");
  const commit = db.prepare("COMMIT");
  const rollback = db.prepare("ROLLBACK");
  const read = db.prepare("SELECT model FROM hosts WHERE name = ?");
  const write = db.prepare("INSERT INTO hosts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET model = excluded.model");
  const note = db.prepare("INSERT INTO mutations (host, operation, subject, detail) VALUES (?, ?, ?, ?)");
  const setting = db.prepare("SELECT value FROM settings WHERE name = ?");
  const set = db.prepare("INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value");
  const atomically = <T>(act: () => T): T => {
    begin.run();
    try {
      const result = act();
      commit.run();
      return result;
    } catch (error) {
      rollback.run();
      throw error;
    }
  };
  const get = <T>(name: string, fallback: T): T => {
    const row = setting.get(name);
    return row === undefined ? fallback : (JSON.parse(String(row.value)) as T);
  };
  const modelOf = (name: string): HostModel | null => {
    const row = read.get(name);
    return row === undefined ? null : (JSON.parse(String(row.model)) as HostModel);
  };
  return {
    addHost: (name, overrides) => {
      if (overrides === undefined && modelOf(name) !== null) return;
      atomically(() => {
        const known = modelOf(name);
        if (known !== null && overrides === undefined) return;
        write.run(name, JSON.stringify(known === null ? freshHost(name, overrides ?? {}) : { ...known, facts: { ...known.facts, ...overrides } }));
      });
    },
    turn: (name, act) =>
      atomically(() => {
        const host = modelOf(name);
        if (host === null) throw new RangeError(`the twin has no host ${name}`);
        let changed = false;
        const result = act({
          host,
          settings: { ...DEFAULTS, ...get<Partial<Settings>>("settings", {}) },
          now: Date.now(),
          mutate: (operation, subject, detail) => {
            changed = true;
            note.run(name, operation, subject, detail);
          },
        });
        if (changed) write.run(name, JSON.stringify(host));
        return result;
      }),
    hosts: () => db.prepare("SELECT model FROM hosts ORDER BY name").all().map((row) => JSON.parse(String(row.model)) as HostModel),
    mutations: () =>
      db.prepare("SELECT seq, host, operation, subject, detail FROM mutations ORDER BY seq").all().map((row) => ({
        seq: Number(row.seq),
        host: String(row.host),
        operation: String(row.operation),
        subject: String(row.subject),
        detail: String(row.detail),
      })),
    faults: () => get<readonly Fault[]>("faults", []),
    setFaults: (faults) => void set.run("faults", JSON.stringify(faults)),
    configure: (settings) =>
      atomically(() => void set.run("settings", JSON.stringify({ ...get<Partial<Settings>>("settings", {}), ...settings }))),
    close: () => db.close(),
  };
}

function freshHost(name: string, facts: HostModel["facts"]): HostModel {
  return { name, machineId: sha256(`twin ${name}`).slice(0, 32), facts, things: {}, undo: {}, ships: {}, tokens: {}, fences: {} };
}
