import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { sha256 } from "../../base/canonical.ts";
import { type ArmedFault, type Call, concerns, type Fault, type FaultKind, meet } from "./faults.ts";
import { FILES, freshHost } from "./image.ts";
import { AT_ONCE, type HostModel, type Settings, type UndoJournal } from "./model.ts";
import { parsed } from "./parsed.ts";

/** One change the model took: what a test counts to prove that nothing was done twice. */
export interface Mutation {
  readonly seq: number;
  readonly host: string;
  readonly operation: string;
  /** The ship, or the resource's id. */
  readonly subject: string;
  readonly detail: string;
  /** Fencing token it was done under, null for what needs none. */
  readonly token: number | null;
  /** Model time, milliseconds. */
  readonly at: number;
}

/** Two hosts ran one ship at once: what fencing exists to prevent. */
export interface Collision {
  readonly ship: string;
  readonly hosts: readonly [string, string];
}

/** What an operation may do to its host while it holds the world: note each change it makes, or the change is not kept. */
export interface Turn {
  readonly host: HostModel;
  readonly settings: Settings;
  /** Model time, milliseconds. */
  readonly now: number;
  mutate(operation: string, subject: string, detail: string, token?: number): void;
  /** The host's undo journal. Kept apart from the rest, since it is long and few operations want it. */
  undo(): UndoJournal;
  /** Keeps a text under its digest, which is returned. */
  keep(content: string): string;
  /** A text by digest; null when the twin only ever saw its digest. */
  content(digest: string): string | null;
  /** Hosts other than this one on which the ship's unit is active. */
  elsewhere(ship: string): readonly string[];
}

/**
 * The twin's hosts, ships and time, in one SQLite file: it outlives a worker killed at any moment and is shared by
 * several. Every operation is one transaction on one host, so a change is either whole or not there.
 */
export interface World {
  /** Puts a host there, or changes its facts (small disk, other system, clock that is off). Hosts also come by themselves. */
  addHost(name: string, overrides?: HostModel["facts"]): void;
  turn<T>(host: string, act: (turn: Turn) => T): T;
  /** As `turn`, for what changes nothing: waits for nobody. */
  look<T>(host: string, act: (turn: Turn) => T): T;
  /** The fault this call meets, used up once. */
  meet(call: Call): FaultKind | null;
  hosts(): readonly HostModel[];
  mutations(): readonly Mutation[];
  collisions(): readonly Collision[];
  setFaults(faults: readonly Fault[]): void;
  faults(): readonly ArmedFault[];
  configure(settings: Partial<Settings>): void;
  /** Model time, milliseconds. */
  now(): number;
  /** Lets model time jump. */
  advance(ms: number): void;
  close(): void;
}

interface Clock extends Settings {
  /** Model time was `model` when real time was `real`. */
  readonly real: number;
  readonly model: number;
}

/** Hosts that are kept parsed: a run is at about as many at once. */
const HOSTS = 64;
const SETTINGS = 8;

/** How long an operation waits for other processes before SQLite gives up. */
const BUSY_MS = 10_000;

// The file must survive the death of a process, not of the machine: a rehearsal can be run again.
const SCHEMA = `PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
CREATE TABLE IF NOT EXISTS hosts (name TEXT PRIMARY KEY, model TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS undo (host TEXT PRIMARY KEY, journal TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS journal (seq INTEGER PRIMARY KEY AUTOINCREMENT, host TEXT NOT NULL, operation TEXT NOT NULL,
  subject TEXT NOT NULL, detail TEXT NOT NULL, token INTEGER, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS texts (digest TEXT PRIMARY KEY, content TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sailing (ship TEXT, host TEXT, PRIMARY KEY (ship, host)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS collisions (seq INTEGER PRIMARY KEY, ship TEXT NOT NULL, host TEXT NOT NULL, other TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;`;

/** Opens or makes a world; `:memory:` for one that nobody else sees. Throws when the file is no world of the twin. */
export function openWorld(file: string): World {
  if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // Loaded here, not above: commands that never rehearse should not pay for SQLite.
  const sqlite = process.getBuiltinModule("node:sqlite");
  const db = new sqlite.DatabaseSync(file, { timeout: BUSY_MS });
  prepare(db);
  const sql = (text: string) => db.prepare(text);
  const [begin, commit, rollback] = [sql("BEGIN IMMEDIATE"), sql("COMMIT"), sql("ROLLBACK")];
  const readHost = sql("SELECT model FROM hosts WHERE name = ?");
  const writeHost = sql("INSERT INTO hosts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET model = excluded.model");
  const readUndo = sql("SELECT journal FROM undo WHERE host = ?");
  const writeUndo = sql("INSERT INTO undo VALUES (?, ?) ON CONFLICT (host) DO UPDATE SET journal = excluded.journal");
  const note = sql("INSERT INTO journal (host, operation, subject, detail, token, at) VALUES (?, ?, ?, ?, ?, ?)");
  const readSetting = sql("SELECT value FROM settings WHERE name = ?");
  const writeSetting = sql(
    "INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
  );
  const readText = sql("SELECT content FROM texts WHERE digest = ?");
  const writeText = sql("INSERT OR IGNORE INTO texts VALUES (?, ?)");
  const readSailing = sql("SELECT host FROM sailing WHERE ship = ? AND host <> ?");
  const setSail = sql("INSERT OR IGNORE INTO sailing VALUES (?, ?)");
  const moor = sql("DELETE FROM sailing WHERE ship = ? AND host = ?");
  const collide = sql("INSERT INTO collisions (ship, host, other) VALUES (?, ?, ?)");

  const hosts = parsed<HostModel>(db, (name) => readHost.get(name)?.model as string | undefined, HOSTS);
  const settings = parsed<unknown>(db, (name) => readSetting.get(name)?.value as string | undefined, SETTINGS);
  const atomically = <T>(act: () => T): T => {
    begin.run();
    try {
      const result = act();
      commit.run();
      return result;
    } catch (error) {
      if (db.isTransaction) rollback.run();
      hosts.forgetAll();
      settings.forgetAll();
      throw error;
    }
  };
  const put = (name: string, value: unknown) => {
    writeSetting.run(name, JSON.stringify(value));
    settings.forget(name);
  };
  const clock = () => (settings.of("clock") as Clock | undefined) ?? { ...AT_ONCE, real: 0, model: 0 };
  const modelTime = ({ real, model, speed }: Clock) => model + (Date.now() - real) * speed;
  const faults = () => (settings.of("faults") as readonly ArmedFault[] | undefined) ?? [];
  const hostOf = (name: string) => hosts.of(name) ?? freshHost(name);
  const keepHost = (name: string, host: HostModel) => {
    writeHost.run(name, JSON.stringify(host));
    hosts.keep(name, host);
  };
  const elsewhere = (ship: string, host: string) => readSailing.all(ship, host).map((row) => row.host as string);

  const turn = <T>(name: string, act: (turn: Turn) => T, mayChange: boolean): T => {
    const host = hostOf(name);
    // What an act does to its host without noting it, or before it throws, is not kept.
    if (mayChange) hosts.forget(name);
    const time = clock();
    const now = modelTime(time);
    const afloat = sails(host);
    let changed = false;
    let undo: UndoJournal | null = null;
    const result = act({
      host,
      settings: time,
      now,
      mutate: (operation, subject, detail, token) => {
        if (!mayChange) throw new TypeError(`${operation} changes the twin: it needs a turn`);
        changed = true;
        note.run(name, operation, subject, detail, token ?? null, now);
      },
      undo: () => {
        const row = undo === null ? readUndo.get(name) : undefined;
        undo ??= row === undefined ? {} : (JSON.parse(row.journal as string) as UndoJournal);
        return undo;
      },
      keep: (content) => {
        const digest = sha256(content);
        if (mayChange) writeText.run(digest, content);
        return digest;
      },
      content: (digest) => (readText.get(digest)?.content as string | undefined) ?? imageText(digest),
      elsewhere: (ship) => elsewhere(ship, name),
    });
    if (!changed) return result;
    keepHost(name, host);
    if (undo !== null) writeUndo.run(name, JSON.stringify(undo));
    const since = sails(host);
    for (const ship of afloat) if (!since.includes(ship)) moor.run(ship, name);
    for (const ship of since) {
      if (afloat.includes(ship)) continue;
      setSail.run(ship, name);
      for (const other of elsewhere(ship, name)) collide.run(ship, other, name);
    }
    return result;
  };

  return {
    addHost: (name, overrides) => {
      if (overrides === undefined && readHost.get(name) !== undefined) return;
      atomically(() => {
        const host = hostOf(name);
        host.facts = { ...host.facts, ...overrides };
        keepHost(name, host);
      });
    },
    turn: (name, act) => atomically(() => turn(name, act, true)),
    look: (name, act) => turn(name, act, false),
    meet: (call) => {
      if (!concerns(faults(), call)) return null;
      return atomically(() => {
        const met = meet(faults(), call);
        put("faults", met.faults);
        return met.fault;
      });
    },
    hosts: () =>
      sql("SELECT model FROM hosts ORDER BY name")
        .all()
        .map((row) => JSON.parse(row.model as string) as HostModel),
    mutations: () =>
      sql("SELECT * FROM journal ORDER BY seq")
        .all()
        .map((row) => ({ ...row }) as unknown as Mutation),
    collisions: () =>
      sql("SELECT ship, host, other FROM collisions ORDER BY seq")
        .all()
        .map((row) => ({ ship: row.ship as string, hosts: [row.host as string, row.other as string] })),
    faults,
    setFaults: (wanted) =>
      void put(
        "faults",
        wanted.map((fault) => ({ ...fault, seen: 0 })),
      ),
    // The clock goes on from where it stands: a new speed counts from now on only.
    configure: (settings) =>
      atomically(() => {
        const before = clock();
        put("clock", { ...before, model: modelTime(before), real: Date.now(), ...settings });
      }),
    now: () => modelTime(clock()),
    advance: (ms) => atomically(() => put("clock", { ...clock(), model: clock().model + ms })),
    close: () => db.close(),
  };
}

/** Two processes may open a new world at once, and a change of journal mode does not wait for its turn by itself. */
function prepare(db: DatabaseSync): void {
  const until = Date.now() + BUSY_MS;
  for (;;) {
    try {
      db.exec(SCHEMA);
      return;
    } catch (error) {
      if (!/locked|busy/i.test(String(error)) || Date.now() > until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

function sails(host: HostModel): readonly string[] {
  return Object.entries(host.ships).flatMap(([name, ship]) => (ship.active ? [name] : []));
}

function imageText(digest: string): string | null {
  return Object.values(FILES).find((content) => sha256(content) === digest) ?? null;
}
