import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { runCli } from "../../src/cli/cli.ts";
import type { Io } from "../../src/cli/io.ts";
import { PlanSchema } from "../../src/plan/schema.ts";

let home: string;
let cwd: string;

beforeEach(() => {
  const root = mkdtempSync(join(tmpdir(), "slipway-plan-"));
  [home, cwd] = [join(root, "home"), join(root, "work")];
  mkdirSync(cwd);
});

/** Runs a command line in process and gives what it said. */
async function slipway(...argv: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const io: Io = {
    env: { SLIPWAY_HOME: home },
    cwd,
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    terminal: false,
    color: false,
    confirm: async () => null,
    prompts: async () => null,
    onInterrupt: () => () => undefined,
  };
  const code = await runCli(argv, io);
  return { code, out: out.join(""), err: err.join("") };
}

/** Every file under a folder with its bytes' digest, mode and time of change. */
function tree(folder: string): readonly string[] {
  if (!existsSync(folder)) return ["nothing"];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const { mode, mtimeMs } = statSync(path);
      const digest = statSync(path).isDirectory() ? "" : createHash("sha256").update(readFileSync(path)).digest("hex");
      return `${name} ${mode} ${mtimeMs} ${digest}`;
    });
}

function settle(): void {
  mkdirSync(join(home, "plans"), { recursive: true });
  const hosts = [{ name: "alder", address: "root@10.77.0.11", kind: "bare-metal", addedAt: "2026-11-23T00:00:00Z" }];
  writeFileSync(join(home, "hosts.json"), JSON.stringify({ hosts }));
  writeFileSync(
    join(home, "placements.json"),
    JSON.stringify({ "~zod": { host: "alder", amesPort: 34_540, httpPort: 8_080 } }),
  );
}

const SENTENCES = [
  "Deploy 3 fake ships to dev, staging and production on my own servers",
  "Deploy a 50-ship production fleet on Kubernetes with HIPAA compliance. Budget $2,000/month, timeline 4 weeks.",
  "Build a chat app and take it to production",
  "My ships are slow and occasionally crashing",
  "Move ~zod to a VPS",
  "Optimize my ships",
  "Set up monitoring for my ships",
] as const;

describe("planning touches nothing", () => {
  test.each(SENTENCES)("%s", async (sentence) => {
    settle();
    const before = tree(home);
    for (const format of ["text", "markdown", "html", "json"]) await slipway("plan", sentence, "--format", format);
    expect(tree(home)).toEqual(before);
  });

  test("a site that is not there is not made", async () => {
    await slipway("plan", SENTENCES[0], "--twin");
    expect(tree(home)).toEqual(["nothing"]);
    expect(tree(cwd)).toEqual([]);
  });
});

describe("slipway plan", () => {
  test.each(
    SENTENCES.map((sentence, index) => [
      sentence,
      ["deploy", "deploy", "feature", "troubleshoot", "migrate", "optimize", "monitor"][index],
    ]),
  )("plans %s", async (sentence, intent) => {
    settle();
    const { code, out } = await slipway("plan", sentence ?? "", "--json");
    const { plan, brief, decision } = JSON.parse(out) as Record<string, unknown>;
    expect([code === 0 || code === 4, Object.keys({ brief, decision })]).toEqual([true, ["brief", "decision"]]);
    expect(PlanSchema.parse(plan).intent).toBe(intent);
  });

  test("what it cannot carry out it still plans, and a launch of it is refused with the reason", async () => {
    const { code, err } = await slipway("launch", "Build a chat app and take it to production", "--yes");
    expect(code).toBe(5);
    expect(err).toMatch(/cannot carry it out: design-feature/);
  });

  test("a deployment without hosts is refused for its hosts", async () => {
    const { code, err } = await slipway("launch", "I want to deploy my first Urbit planet on a VPS", "--yes");
    expect(code).toBe(5);
    expect(err).toMatch(/1 of 1 ship\(s\) have no host to go to/);
    expect(err).toMatch(/slipway host add/);
  });

  test.each([
    ["plan.html", /^<!doctype html>/],
    ["plan.md", /^# Plan: /],
    ["plan.json", /^\{"brief":/],
    ["plan.txt", /^Understood:/],
  ])("writes %s by its name", async (file, begins) => {
    const { code, out } = await slipway("plan", SENTENCES[0], "--twin", "--out", file);
    expect([code, out]).toEqual([0, `${file} written\n`]);
    expect(readFileSync(join(cwd, file), "utf8")).toMatch(begins);
    expect(statSync(join(cwd, file)).mode & 0o777).toBe(0o644);
    expect(readdirSync(cwd)).toEqual([file]);
  });

  test("--format has the last word over the file's name", async () => {
    await slipway("plan", SENTENCES[0], "--twin", "--format", "markdown", "--out", "plan.txt");
    expect(readFileSync(join(cwd, "plan.txt"), "utf8")).toMatch(/^# Plan: /);
  });

  test.each([
    [["--format", "pdf"], /"pdf" is no format/],
    [["--format", "html", "--json"], /both given/],
  ])("%j is wrong usage", async (options, said) => {
    const { code, out, err } = await slipway("plan", SENTENCES[0], "--twin", ...options);
    expect(code).toBe(2);
    expect(out + err).toMatch(said);
  });

  test("a file that cannot be written is a failure with a way out", async () => {
    writeFileSync(join(cwd, "taken"), "");
    const { code, err } = await slipway("plan", SENTENCES[0], "--twin", "--out", "taken/plan.html");
    expect(code).toBe(1);
    expect(err).toMatch(/cannot be written: (ENOTDIR|EEXIST)[\s\S]*choose another --out/);
  });
});
