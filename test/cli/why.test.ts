import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "../../src/cli/cli.ts";
import { EXIT } from "../../src/cli/exit.ts";
import { keepReasons } from "../../src/cli/plan-files.ts";
import { slipwayHome } from "../../src/run/home.ts";
import { storePlan } from "../../src/run/plans.ts";
import { ioDouble } from "./doubles.ts";

const FLAGSHIP =
  "Deploy a 50-ship production fleet on Kubernetes with HIPAA compliance, monitoring, and disaster recovery. Budget $2,000/month, timeline 4 weeks.";

const root = mkdtempSync(join(tmpdir(), "slipway-why-"));
const home = slipwayHome({ SLIPWAY_HOME: join(root, "home") });
const RUN = "20261124-120000-beef";
let hash = "";

async function slipway(...argv: string[]) {
  const { io, written } = ioDouble();
  const exit = await runCli(argv, { ...io, env: { SLIPWAY_HOME: home.root }, cwd: root });
  return { exit, ...written };
}

beforeAll(async () => {
  const planned = await slipway("plan", FLAGSHIP, "--today", "2026-11-24", "--json");
  expect(planned.exit).toBe(EXIT.done);
  writeFileSync(join(root, "flagship.json"), planned.out);
  const { brief, decision, plan } = JSON.parse(planned.out);
  writeFileSync(join(root, "bare.json"), JSON.stringify(plan));
  // As `launch` leaves them.
  hash = plan.hash;
  mkdirSync(home.plans, { recursive: true });
  mkdirSync(join(home.runs, RUN), { recursive: true });
  await storePlan(home, plan);
  await keepReasons(home, hash, { brief, decision });
  writeFileSync(join(home.runs, RUN, "plan.json"), JSON.stringify(plan));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("explain", () => {
  test("tells the whole of a plan, and what can be asked further", async () => {
    const { exit, out } = await slipway("explain", "flagship.json");
    expect(exit).toBe(EXIT.done);
    expect(out).toContain("Decided: kubernetes, led by fleet-manager");
    expect(out).toContain("slipway explain flagship.json decision|cost|STEP");
  });

  test("cost: every line with its range, its date and its source, and the sum by hand", async () => {
    const { out } = await slipway("explain", "flagship.json", "cost");
    expect(out).toContain("7 × $183.96 = $1,287.72");
    expect(out).toMatch(/sourced, as of 2026-05, good until 2027-05: github:/);
    expect(out).toMatch(/sum: 1,287\.72 \+ 5\.60 \+ .* = \$1,732\.64/);
  });

  test("decision: scores, who sets each control, and what holds whatever happens", async () => {
    const { out } = await slipway("explain", "flagship.json", "decision");
    expect(out).toMatch(/kubernetes +\d\.?\d? of 10: capacity 1, cost/);
    expect(out).toContain("audit logging: set by keep-audit-log (urbit-deployment-specialist)");
    expect(out).toContain("nobody passes a framework by deploying");
  });

  test("a step by its kind: what it waits for, what waits for it, what it sets", async () => {
    const { out } = await slipway("explain", "flagship.json", "encrypt-volumes");
    expect(out).toMatch(/after +security\/harden-platform/);
    expect(out).toMatch(/sets +LUKS encryption of the piers' volume/);
  });

  test("a step by its id, as JSON", async () => {
    const { out } = await slipway("explain", "flagship.json", "security/encrypt-volumes", "--json");
    expect(JSON.parse(out)).toMatchObject([{ id: "security/encrypt-volumes", action: { kind: "encrypt-volumes" } }]);
  });

  test.each([
    ["the run", RUN],
    ["the last run", "last"],
  ])("%s is a plan too", async (_name, word) => {
    expect((await slipway("explain", word, "cost")).out).toContain("$1,732.64");
  });

  test("and so is the beginning of a hash", async () => {
    expect((await slipway("explain", hash.slice(0, 8), "cost")).out).toContain("$1,732.64");
  });

  test("a plan alone, of a launch, still finds its reasons; of nobody, it says how to get them", async () => {
    expect((await slipway("explain", "bare.json", "cost")).exit).toBe(EXIT.done);
    for (const file of readdirSync(home.plans).filter((name) => name.endsWith(".decision.json")))
      rmSync(join(home.plans, file));
    const { exit, err } = await slipway("explain", "bare.json", "cost");
    expect([exit, err]).toEqual([EXIT.usage, expect.stringContaining("without the decision it was made from")]);
  });

  test.each([
    [["explain", "nowhere.json"], "there is no plan nowhere.json"],
    [["explain", "flagship.json", "dance"], "the plan has no step dance"],
    [["explain"], "takes 1 to 2 word(s), not 0"],
  ])("%j says what is wrong and what to type", async (argv, what) => {
    const { exit, err } = await slipway(...argv);
    expect([exit, err]).toEqual([EXIT.usage, expect.stringContaining(what)]);
    expect(err).toContain("next:");
  });
});

describe("what-if", () => {
  test("decides again and shows what differs in choice, cost, controls and steps", async () => {
    const { exit, out } = await slipway("what-if", "flagship.json", "--budget", "900", "--compliance", "none");
    expect(exit).toBe(EXIT.done);
    expect(out).toMatch(/^What if: budget 900, compliance none\n/);
    expect(out).toMatch(/cost +\$1,732\.64 → \$[\d,.]+ a month \(−\$/);
    expect(out).toMatch(/security +strict → standard/);
    expect(out).toContain("− audit logging");
    expect(out).toMatch(/− 1 × keep-audit-log \(1 → 0\)/);
  });

  test("of a sentence, and to another platform", async () => {
    const { out } = await slipway("what-if", "Deploy 12 planets to production", "--own", "yes");
    expect(out).toMatch(/platform +vps → groundseg/);
  });

  test("to what cannot be had: exit 4, what stands against what, and what can be had", async () => {
    const { exit, out } = await slipway("what-if", "flagship.json", "--budget", "300");
    expect(exit).toBe(EXIT.infeasible);
    expect(out).toMatch(/feasible +yes → no/);
    expect(out).toContain("count + budget");
    expect(out.match(/instead:/g)).toHaveLength(3);
  });

  test("as JSON holds the difference and the whole new plan", async () => {
    const { out } = await slipway("what-if", "flagship.json", "--count", "60", "--json");
    const result = JSON.parse(out);
    expect(Object.keys(result)).toEqual(["asked", "difference", "brief", "decision", "plan"]);
    expect(result.difference.ships).toEqual({ before: 50, after: 60 });
    expect(result.brief.ships.count).toBe(60);
  });

  test.each([
    [["--uptime", "lots"], "--uptime takes a number from 0.1 on, or none"],
    [["--compliance", "hipaa,pci"], "--compliance takes hipaa, gdpr, soc2, iso27001"],
    [["--platform", "mainframe"], "--platform takes bare-metal, vps, groundseg, kubernetes"],
    [["--count", "0"], "--count takes a whole number of ships"],
    [["--own", "maybe"], "--own takes yes, no, or none"],
    [["--region", "Mars!"], "--region takes a region"],
    [[], "nothing was changed"],
  ])("%j is answered with what it takes", async (options, what) => {
    const { exit, err } = await slipway("what-if", "flagship.json", ...options);
    expect([exit, err]).toEqual([EXIT.usage, expect.stringContaining(what)]);
  });
});

describe("diff", () => {
  test("of a plan with itself: nothing", async () => {
    expect((await slipway("diff", "flagship.json", "flagship.json")).out).toBe("Nothing differs.\n");
  });

  test("of two plans: the same as what-if shows", async () => {
    writeFileSync(
      join(root, "other.json"),
      (await slipway("what-if", "flagship.json", "--monitoring", "no", "--json")).out,
    );
    const { exit, out } = await slipway("diff", "flagship.json", "other.json");
    expect(exit).toBe(EXIT.done);
    expect(out).toMatch(/monitoring +full → none/);
    expect(out).toMatch(/− 2 × PagerDuty/);
    const json = JSON.parse((await slipway("diff", "flagship.json", "other.json", "--json")).out);
    expect(json.monitoring).toEqual({ before: "full", after: "none" });
  });

  test("of a file that is no plan says so", async () => {
    writeFileSync(join(root, "poem.json"), '{"roses":"red"}');
    const { exit, err } = await slipway("diff", "flagship.json", "poem.json");
    expect([exit, err]).toEqual([EXIT.usage, expect.stringContaining("is not a plan")]);
  });
});

test("none of it writes a byte of the site's state", async () => {
  const bytes = () =>
    readdirSync(home.root, { recursive: true, encoding: "utf8" }).map((name) => {
      const file = join(home.root, name);
      try {
        return [name, readFileSync(file, "utf8")];
      } catch {
        return [name, "directory"];
      }
    });
  const before = bytes();
  await slipway("plan", FLAGSHIP);
  await slipway("explain", "flagship.json", "decision");
  await slipway("what-if", "flagship.json", "--budget", "900");
  await slipway("diff", "flagship.json", "bare.json");
  expect(bytes()).toEqual(before);
});

test.each(["explain", "what-if", "diff"])("slipway %s --help has its usage and examples", async (name) => {
  const { exit, out } = await slipway(name, "--help");
  expect(exit).toBe(EXIT.done);
  expect(out).toContain(`Usage: slipway ${name}`);
  expect(out).toContain("Examples:");
});
