import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

interface Room {
  readonly may: readonly string[];
  /** May be imported as types only. */
  readonly types: readonly string[];
}

/** The import table of docs/ARCHITECTURE.md, as it stands there. Every room may import `base`. */
const ROOMS: Readonly<Record<string, Room>> = Object.fromEntries(
  readFileSync(new URL("../docs/ARCHITECTURE.md", import.meta.url), "utf8")
    .split("\n")
    .flatMap((line) => {
      const [name, , , may, types] = line.startsWith("| `") ? line.slice(2, -2).split(" | ") : [];
      const names = (cell: string) => [...cell.matchAll(/`(\w+)\/`/g)].map(([, room]) => room ?? "");
      return name === undefined || may === undefined || types === undefined
        ? []
        : [[names(name)[0] ?? "", { may: names(may), types: names(types) }] as const];
    }),
);

/** Where the parts are put together: these files may import what their room may not. */
const COMPOSITION: Readonly<Record<string, readonly string[]>> = {
  "run/open-workshop.ts": ["machines", "report"],
};

const LONGEST = 400;
const SOURCE = fileURLToPath(new URL("../src", import.meta.url));
const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(SOURCE, file), "utf8");
  const pattern = /^(?:import|export)\s+(type\s+)?[^;]*?from\s+"(\.[^"]+)"|import\("(\.[^"]+)"\)/gm;
  return [...text.matchAll(pattern)].map(([, typeOnly, from, lazy]) => ({
    file,
    target: relative(".", normalize(join(dirname(file), from ?? lazy ?? ""))),
    typeOnly: typeOnly !== undefined,
  }));
}

const roomOf = (path: string) => path.split("/")[0] ?? "";

function forbidden({ file, target, typeOnly }: Import): boolean {
  const [from, to] = [roomOf(file), roomOf(target)];
  if (from === to || to === "base" || target.startsWith("..")) return false;
  const room = ROOMS[from];
  if (room === undefined) return true;
  const allowed = [...room.may, ...(COMPOSITION[file] ?? []), ...(typeOnly ? room.types : [])];
  return !allowed.includes(to);
}

test("imports point along the table of the house", () => {
  const wrong = files.flatMap(importsOf).filter(forbidden);
  expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
});

test("every file is in a room, and has one subject", () => {
  expect([...new Set(files.map(roomOf))].sort()).toEqual(Object.keys(ROOMS).sort());
  const long = files.filter((file) => readFileSync(join(SOURCE, file), "utf8").split("\n").length > LONGEST);
  expect(long).toEqual([]);
});

test("what lies left of the run is pure: no clock, no network, no disk", () => {
  const impure = /from "node:(fs|net|http|https|child_process|os|dns|timers)|\bDate\.now\(|new Date\(\)|Math\.random\(/;
  const rooms = ["brief", "decide", "plan"];
  const wrong = files.filter(
    (file) => rooms.includes(roomOf(file)) && impure.test(readFileSync(join(SOURCE, file), "utf8")),
  );
  expect(wrong).toEqual([]);
});
