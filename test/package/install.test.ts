import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "slipway-package-"));
const home = join(folder, "state");
const SENTENCE = "Deploy 3 fake ships to dev, staging and production on my own servers with standard hardening";

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

let packed: Packed;

/** As a user would: with the Node this test runs under first on PATH, in a folder that knows nothing of the checkout. */
function slipway(...argv: readonly string[]) {
  return spawnSync("npx", ["--no-install", "slipway", ...argv], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, SLIPWAY_HOME: home },
  });
}

beforeAll(() => {
  const printed = execFileSync("npm", ["pack", "--json", "--pack-destination", folder], {
    cwd: ROOT,
    encoding: "utf8",
  });
  // What the build prints comes first.
  packed = (JSON.parse(printed.slice(printed.search(/^[[{]/m))) as readonly Packed[])[0] as Packed;
  writeFileSync(join(folder, "package.json"), "{}");
  const tarball = join(folder, packed.filename);
  execFileSync("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error", tarball], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
}, 300_000);

afterAll(() => {
  slipway("down");
  rmSync(folder, { recursive: true, force: true });
});

describe("the package", () => {
  test("holds the program, its documentation and its licence, and nothing of how it is made", () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(["package.json", "README.md", "LICENSE", "bin/slipway.mjs"]));
    expect(paths.filter((path) => !/^(bin|dist|docs)\/|^(package\.json|README\.md|LICENSE)$/.test(path))).toEqual([]);
    expect(paths.filter((path) => /\.ts$|\.map$/.test(path))).toEqual([]);
  });

  test("plans, in an empty folder", () => {
    const { stdout, status, stderr } = slipway("plan", SENTENCE, "--json");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const { plan } = JSON.parse(stdout) as { plan: { ships: readonly unknown[] } };
    expect(plan.ships).toHaveLength(3);
  });

  test("launches on the twin: the engine and the worker start from the package", () => {
    const { stdout, status } = slipway("launch", SENTENCE, "--twin", "--yes", "--json", "--by", "ada");
    expect(JSON.parse(stdout)).toMatchObject({ status: "done", rehearsal: true });
    expect(status).toBe(0);
    expect(slipway("verify", "last").stdout).toContain("evidence is whole");
  });
});
