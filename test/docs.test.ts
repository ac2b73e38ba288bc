import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

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
