import type { DatabaseSync } from "node:sqlite";

/** Values of a world's rows, read and parsed again only after another process has written to the file. */
export interface Parsed<T> {
  of(name: string): T | undefined;
  keep(name: string, value: T): void;
  forget(name: string): void;
  forgetAll(): void;
}

/** `read` gives a row's JSON; of the values the `most` last used are kept. */
export function parsed<T>(db: DatabaseSync, read: (name: string) => string | undefined, most: number): Parsed<T> {
  // Stands still as long as only this connection writes.
  const version = db.prepare("PRAGMA data_version");
  const known = new Map<string, T>();
  let seen: unknown;
  const keep = (name: string, value: T): void => {
    known.delete(name);
    known.set(name, value);
    const oldest = known.keys().next().value;
    if (known.size > most && oldest !== undefined) known.delete(oldest);
  };
  return {
    keep,
    of: (name) => {
      const now = version.get()?.data_version;
      if (now !== seen) known.clear();
      seen = now;
      let value = known.get(name);
      if (value === undefined) {
        const text = read(name);
        if (text === undefined) return undefined;
        value = JSON.parse(text) as T;
      }
      keep(name, value);
      return value;
    },
    forget: (name) => void known.delete(name),
    forgetAll: () => known.clear(),
  };
}
