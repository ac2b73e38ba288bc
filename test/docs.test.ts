import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { pages } from "../scripts/docs.ts";

const path = (relative: string) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const read = (relative: string) => readFileSync(path(relative), "utf8");

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

describe("docs/DEPENDENCIES.md", () => {
  const manifest = JSON.parse(read("package.json")) as Manifest;
  const lock = JSON.parse(read("package-lock.json")) as { packages: Record<string, { license?: string }> };
  const rows = [...read("docs/DEPENDENCIES.md").matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)].map(([, name, rest]) => ({
    name: name ?? "",
    cells: (rest ?? "").split(" | "),
  }));
  const asked = { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.devDependencies };

  test("has one row for each package that is asked for, and none for any other", () => {
    expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(asked).sort());
  });

  test.each(rows)("$name: a licence as the lock file says, and every cell filled", ({ name, cells }) => {
    const [licence, ...reasons] = cells;
    expect(licence).toBe(lock.packages[`node_modules/${name}`]?.license);
    expect(reasons).toHaveLength(3);
    expect(reasons.filter((cell) => cell.trim() === "")).toEqual([]);
  });

  test("every version is exact, and the lock names no registry", () => {
    expect(Object.values(asked).filter((version) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
    expect(read("package-lock.json")).not.toContain('"resolved"');
  });
});

describe("docs/CLI.md and docs/schemas", () => {
  test("say what the command tables and schemas say now (npm run docs)", async () => {
    for (const [file, text] of await pages()) expect(read(file), file).toBe(text);
  });

  test("name every variable of the environment that is read, and no other", () => {
    const source = readdirSync(path("src"), { recursive: true, encoding: "utf8" }).filter((file) => /\.ts$/.test(file));
    const named = source.flatMap((file) => read(`src/${file}`).match(/(?<=\benv\.)(?:SLIPWAY|NO)_[A-Z_]+/g) ?? []);
    const documented = read("docs/CLI.md").match(/(?<=^\| `)[A-Z_]+/gm) ?? [];
    expect([...documented].sort()).toEqual([...new Set<string>(named)].sort());
  });
});

const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(path("docs")).flatMap((name) => (name.endsWith(".md") ? [`docs/${name}`] : [])),
];
/** Folders a path of the project begins with; other code in backticks is not one. */
const ROOTS = ["src", "test", "lab", "bench", "scripts", "docs", "bin"];

describe.each(PAGES)("%s", (page) => {
  const text = read(page);

  test("names files and folders that exist", () => {
    const named = [...text.matchAll(/`([\w./-]+)`/g)].map(([, name]) => name ?? "");
    const paths = named.filter((name) => ROOTS.some((root) => name.startsWith(`${root}/`)));
    expect(paths.filter((name) => !existsSync(path(name)))).toEqual([]);
  });

  test("links to files that exist", () => {
    const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g)].map(([, link]) => link ?? "");
    const folder = page.includes("/") ? "docs/" : "";
    expect(links.filter((link) => !existsSync(path(`${folder}${link}`)))).toEqual([]);
  });
});
