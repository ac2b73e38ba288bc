import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Lab, startLab } from "../../lab/hosts/lab.ts";
import type { LynisLook } from "../../src/audit/lynis/look.ts";
import { fingerprint, openSite, type Site } from "./site.ts";

/** What lynis makes of one host before any level, and after each that a container can have. Root only. */
let lab: Lab;
let site: Site;

beforeAll(async () => {
  lab = await startLab({ hosts: ["alder"] });
  site = await openSite(lab);
  await site.own("alder");
}, 300_000);

afterAll(async () => {
  await site?.down();
  await lab?.down();
}, 120_000);

type Kept = LynisLook & { readonly file: string | null };

async function lynis(): Promise<{ readonly exit: number; readonly look: Kept }> {
  const { exit, out, err } = await site.slipway("audit", "alder", "--lynis", "--json");
  expect(err).toBe("");
  const [look] = (JSON.parse(out) as { readonly lynis: readonly Kept[] }).lynis;
  if (look === undefined) throw new Error("no look");
  return { exit, look };
}

/** The index, printed: what it is depends on the host, that hardening does not lower it does not. */
async function index(when: string): Promise<number> {
  const { look } = await lynis();
  if (look.kind === "none") throw new Error(look.why);
  const { report, observation } = look;
  const counts = `${report.warnings.length} warning(s), ${report.suggestions.length} suggestions`;
  process.stdout.write(`lynis ${report.version} on alder, ${when}: index ${report.index} of 100, ${counts}\n`);
  expect(report.index).toBeGreaterThanOrEqual(1);
  expect(report.index).toBeLessThanOrEqual(100);
  expect(look.file).toMatch(new RegExp(`/audits/raw/${observation.rawSha256}$`));
  return report.index;
}

/** Every file outside memory and the journal that was written since. */
const written = `find / -xdev -newer /run/before ! -path '/var/log/journal/*' ! -type d 2>/dev/null; find /run /tmp /var/tmp -xdev -newer /run/before -iname '*lynis*'`;

describe("a host looked at with its own lynis", () => {
  let before: number;

  test("is left as it was: not a file is written", async () => {
    const found = await fingerprint(lab, "alder");
    lab.exec("alder", "touch /run/before; sleep 1");
    before = await index("before any level");
    expect(lab.exec("alder", written).stdout).toBe("");
    expect(await fingerprint(lab, "alder")).toEqual(found);
  }, 300_000);

  test("is told its index after basic and after standard, and neither lowers it", async () => {
    const set = (level: string) => site.slipway("setup-production", "alder", "--level", level, "--yes");
    expect(await set("basic")).toMatchObject({ exit: 0, err: "" });
    const basic = await index("after basic");
    expect(await set("standard")).toMatchObject({ exit: 0, err: "" });
    const standard = await index("after standard");
    expect(basic).toBeGreaterThanOrEqual(before);
    expect(standard).toBeGreaterThanOrEqual(basic);
  }, 600_000);

  test("that has none is told how to get it, and gets none", async () => {
    lab.exec("alder", "dpkg --purge lynis");
    const { exit, look } = await lynis();
    expect(exit).toBe(1);
    expect(look).toMatchObject({ kind: "none", why: "lynis is not installed there" });
    const { out } = await site.slipway("audit", "alder", "--lynis");
    expect(out).toContain("to have it: ssh alder apt-get install lynis");
    expect(lab.exec("alder", "command -v lynis").stdout).toBe("");
  }, 120_000);
});
