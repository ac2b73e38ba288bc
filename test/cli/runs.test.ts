import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Fault } from "../../src/machines/twin/faults.ts";
import { ReportSchema } from "../../src/report/model.ts";
import { changesOf, type Ground, LONG, newGround, outcomeOf, until } from "../run/engine/ground.ts";
import { writeKey } from "./key.ts";

/** The commands of runs as a user types them, on one site whose hosts are the twin's. */
let ground: Ground;
const ONE = "Deploy 1 fake ship to dev on my own servers";
const LIVE = "Deploy ~sampel-palnet to production on my own servers";
const GATE = "first-boot-production";

beforeAll(async () => {
  ground = newGround();
  await ground.up();
}, LONG);
afterAll(() => ground.clear(), LONG);
afterEach(async () => {
  ground.world.setFaults([]);
  ground.world.configure({ bootMs: 0 });
});

const slipway = (...argv: readonly string[]) =>
  ground.slipway(...argv, ...(BY.has(argv[0] ?? "") ? ["--by", "ada"] : []));
const BY = new Set(["launch", "approve", "reject", "pause", "resume", "cancel", "rollback"]);
const launch = (...options: readonly string[]) => slipway("launch", ONE, "--twin", ...options);
const latest = () => readdirSync(ground.home.runs).sort().at(-1) ?? "";
const status = async (run = "last") => JSON.parse((await slipway("status", run, "--json")).out);
const bodies = () => ground.records(latest()).map(({ body }) => body);

/** Forgets what earlier tests did on the twin, so that a run has everything to do. */
const freshTwin = async () => ground.wipe();
const trouble = (...faults: readonly Fault[]) => ground.world.setFaults(faults);

describe("a run that waits for approval", () => {
  test(
    "ends the launch with 3, and says everywhere what it waits for and what ends it",
    async () => {
      const { code, out } = await launch();
      const run = latest();
      expect(code).toBe(3);
      for (const text of [out, (await slipway("status")).out, (await slipway("status", run)).out]) {
        expect(text).toContain("waits for plan: the whole plan: 1 ship(s) on 1 host(s), bare-metal");
        expect(text).toContain(`ends with: slipway approve ${run} plan, or at 20`);
        expect(text).toContain(`or: slipway reject ${run} plan --because`);
      }
      const watched = await slipway("watch", run, "--json");
      expect([watched.code, JSON.parse(watched.out).waits]).toEqual([3, (await status(run)).waits]);
      expect((await status(run)).waits).toEqual([
        {
          for: expect.stringContaining("plan: the whole plan"),
          ends: [`slipway approve ${run} plan`, `slipway reject ${run} plan --because "…"`],
          until: expect.stringMatching(/^\d{4}-/),
        },
      ]);
      expect(changesOf(ground.world)).toEqual([]);
    },
    LONG,
  );

  test.each([
    ["by nobody", ["approve", "last", "--by", ""], 2, "nobody is named"],
    [
      "of another plan",
      ["approve", "last", "--by", "ada", "--hash", "0123456789abcdef"],
      5,
      "the approval is for 0123456789ab",
    ],
    ["of another gate", ["approve", "last", "handoff", "--by", "ada"], 1, "gate handoff is not open; plan is"],
    ["of a run that is not there", ["approve", "2020", "--by", "ada"], 2, "there is no run 2020"],
  ])(
    "takes no approval %s",
    async (_, argv, code, words) => {
      const answer = await ground.slipway(...argv);
      expect([answer.code, answer.err]).toEqual([code, expect.stringContaining(words)]);
      expect(answer.err).toMatch(/\n {2}next: \S/);
      expect((await status()).status).toBe("waiting");
    },
    LONG,
  );

  test(
    "goes on once the plan that was looked at is approved, by name",
    async () => {
      const { gate } = await status();
      const { code, out } = await slipway("approve", "last", "plan", "--hash", gate.hash.slice(0, 12));
      expect([code, out]).toEqual([0, expect.stringContaining(`follow it: slipway watch ${latest()}`)]);
      const watched = await slipway("watch");
      expect(watched.code).toBe(0);
      expect(watched.out).toContain(`✍ plan approved by ada, for ${gate.hash.slice(0, 12)} — attested`);
      expect((await slipway("approve", "last")).err).toContain("waits for nobody's approval");
    },
    LONG,
  );

  test(
    "ends when it is rejected, with the reason",
    async () => {
      await launch();
      const bare = await slipway("reject", "last");
      expect([bare.code, bare.err]).toEqual([2, expect.stringContaining("needs --because")]);
      expect((await slipway("reject", "last", "--because", "wrong host")).code).toBe(0);
      const watched = await slipway("watch");
      expect(watched.code).toBe(1);
      expect(watched.out).toContain("plan rejected by ada: wrong host — attested");
    },
    LONG,
  );

  test(
    "ends by itself when nobody answers in time",
    async () => {
      const plan = await ground.plan(ONE);
      const run = "20261124-120000-000e";
      const request = { run, planHash: plan.hash, by: "ada", rehearsal: true, preapproved: [] };
      await slipway("launch", "--plan", join(ground.home.root, "plan.json"), "--detach");
      const started = await ground.engine.start({
        ...request,
        at: new Date().toISOString(),
        limits: { gateHours: 2 / 3_600 },
      });
      expect(started).toMatchObject({ ok: true, value: { status: "waiting" } });
      const over = await until(
        async () => ((await ground.state(run)).status === "waiting" ? null : ground.state(run)),
        "the expiry",
      );
      expect(over.status).toBe("rejected");
      expect(ground.records(run).at(-1)?.body).toMatchObject({
        kind: "run-ended",
        because: expect.stringContaining("nobody approved plan before"),
      });
    },
    LONG,
  );

  test(
    "waits as long as the launch says",
    async () => {
      await launch("--gate-hours", "1");
      const { gate } = await status();
      expect(Date.parse(gate.expiresAt) - Date.parse(gate.openedAt)).toBe(3_600_000);
      await slipway("cancel", "last");
    },
    LONG,
  );
});

describe("what cannot be undone", () => {
  let key: string;
  beforeAll(async () => {
    await freshTwin();
    key = `~sampel-palnet=${join(ground.home.root, "sampel.key")}`;
    writeKey(join(ground.home.root, "sampel.key"), "~sampel-palnet");
  });
  const live = (...options: readonly string[]) => slipway("launch", LIVE, "--twin", "--key", key, ...options);

  test(
    "is never approved by --yes: it waits at its own gate",
    async () => {
      const { code, out } = await live("--yes");
      expect(code).toBe(3);
      expect(out).toContain(`waits for ${GATE}: first boot of ~sampel-palnet: it cannot be undone without a breach`);
      expect(changesOf(ground.world).filter((change) => change.includes("~sampel-palnet"))).toEqual([]);
    },
    LONG,
  );

  test(
    "is approved by its name alone, and a name it does not have is wrong usage",
    async () => {
      const unknown = await live("--yes", "--approve-irreversible", "first-boot-prod");
      expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining(`it has: ${GATE}`)]);
      const { code, out } = await live("--yes", "--approve-irreversible", GATE);
      expect(code).toBe(0);
      expect(out).toContain(`approved: ${GATE} by ada`);
    },
    LONG,
  );

  test(
    "stays when the run is rolled back, and that is said plainly",
    async () => {
      expect((await slipway("rollback", "last")).code).toBe(0);
      const { code, out } = await slipway("watch");
      expect(code).toBe(1);
      expect(out).toMatch(/step\(s\) could not be undone/);
      expect(out).toContain(
        "~sampel-palnet has been on the network: its pier stays on twin-1. Removing it would force a breach.",
      );
      const ships = ground.world.hosts().find(({ name }) => name === "twin-1")?.ships;
      expect(ships?.["~sampel-palnet"]).toMatchObject({ active: false });
    },
    LONG,
  );
});

describe("a failure", () => {
  test(
    "that passes is tried again, and stands on record",
    async () => {
      await freshTwin();
      trouble({ operation: "boot", fault: "transient" });
      const { code, out } = await launch("--yes");
      expect(code).toBe(0);
      expect(out).toMatch(/… dev\/boot\/~zod: The connection to twin-1 broke off\. It is tried again\./);
      expect(out).toMatch(/Issues Encountered:\n- dev\/boot\/~zod: .*\(transient, tried again\)/);
      expect(bodies().filter(({ kind }) => kind === "step-retried")).toHaveLength(1);
    },
    LONG,
  );

  test(
    "that does not pass in three attempts stops the run with a report and choices; resume goes on from there",
    async () => {
      await freshTwin();
      trouble({ operation: "boot", fault: "unreachable", times: 3 });
      const { code, out } = await launch("--yes");
      const run = latest();
      expect(code).toBe(1);
      expect(bodies().filter(({ kind }) => kind === "step-retried")).toHaveLength(2);
      expect(out).toContain("transient: twin-1 does not answer. [host-unreachable, at dev/boot/~zod]");
      for (const choice of ["resume", "rollback", "cancel"]) expect(out).toContain(`: slipway ${choice} ${run}`);
      const report = readFileSync(join(ground.directory(run), "report.md"), "utf8");
      expect(report).toMatch(/^# Rehearsal Stopped: 1 Urbit ship/);
      expect(report).toMatch(/Diagnosis:\n.*dev\/boot\/~zod: twin-1 does not answer\. \(transient, host-unreachable\)/);
      expect(report).toContain("· Or: undo what can be undone: slipway rollback RUN");
      expect((await slipway("resume", run)).code).toBe(0);
      expect((await slipway("watch", run)).code).toBe(0);
    },
    LONG,
  );

  test(
    "of configuration waits for its fix to be approved, then the failed phase is run again",
    async () => {
      await freshTwin();
      trouble({ operation: "boot", fault: "port-taken" });
      const { code, out } = await launch("--yes");
      expect(code).toBe(3);
      expect(out).toMatch(
        /waits for fix-1: .*Proposed: on twin-1: .*; run the failed phase again; what is already right is left alone\./,
      );
      const { problem, gate } = await status();
      expect(problem).toMatchObject({
        failure: { kind: "configuration" },
        fix: { hash: gate.hash, steps: [{ by: "you" }, { by: "slipway" }] },
      });
      const before = bodies().filter(({ kind }) => kind === "step-done").length;
      expect((await slipway("approve", "last", "fix-1")).code).toBe(0);
      expect((await slipway("watch")).code).toBe(0);
      const after = bodies().slice(
        bodies().findIndex((body) => body.kind === "gate-approved" && body.gate === "fix-1"),
      );
      expect(
        after.flatMap((body) =>
          body.kind === "step-done" && body.phase === "dev" ? [`${body.step} ${body.attempt}`] : [],
        ),
      ).toEqual(expect.arrayContaining(["dev/baseline/twin-1 2", "dev/boot/~zod 2", "dev/prove/~zod 1"]));
      expect(before).toBeGreaterThan(0);
    },
    LONG,
  );

  test(
    "that could do harm stops the run at once, without another attempt",
    async () => {
      await freshTwin();
      trouble({ operation: "boot", fault: "double-boot" });
      const { code, out } = await launch("--yes");
      // A ship that the network refuses to start twice is refused for safety.
      expect(code).toBe(5);
      expect(out).toMatch(/critical: .*\[.*, at dev\/boot\/~zod\]/);
      expect(bodies().filter(({ kind }) => kind === "step-retried")).toEqual([]);
      expect((await status()).gate).toBeNull();
      await slipway("cancel", "last");
    },
    LONG,
  );
});

describe("rollback", () => {
  test(
    "leaves each host as it was found",
    async () => {
      const other = newGround();
      const before = outcomeOf(other.world);
      await other.plan(ONE);
      await other.rest(await other.launch("--yes"));
      expect(outcomeOf(other.world)).not.toEqual(before);
      await other.slipway("rollback", "last", "--by", "ada");
      const { code, out } = await other.slipway("watch");
      expect(code).toBe(1);
      expect(out).toMatch(/# Rehearsal Rolled back/);
      expect(out).toContain("every step was undone");
      const fresh = newGround();
      fresh.world.addHost("twin-1");
      expect(outcomeOf(other.world)).toEqual(outcomeOf(fresh.world));
      await Promise.all([other.clear(), fresh.clear()]);
    },
    LONG,
  );

  test(
    "of a run that found everything done leaves everything",
    async () => {
      await freshTwin();
      expect((await launch("--yes")).code).toBe(0);
      const there = outcomeOf(ground.world);
      const second = await launch("--yes");
      expect(second.code).toBe(0);
      expect((await status()).steps).toMatchObject({ changed: 0 });
      await slipway("rollback", "last");
      const { out } = await slipway("watch");
      expect(out).toContain("~zod ran before this run: it runs on");
      expect(outcomeOf(ground.world)).toEqual(there);
    },
    LONG,
  );
});

describe("pause, resume, cancel", () => {
  test(
    "a paused run starts nothing, says how it goes on, and does",
    async () => {
      await freshTwin();
      ground.world.configure({ bootMs: 1_500 });
      await launch("--yes", "--detach");
      const paused = await slipway("pause", "last");
      expect([paused.code, paused.out]).toEqual([0, expect.stringMatching(/before it pauses|it is paused/)]);
      const watched = await slipway("watch");
      expect(watched.code).toBe(3);
      expect(watched.out).toContain(`ends with: slipway resume ${latest()}`);
      expect((await slipway("resume", "last")).code).toBe(0);
      expect((await slipway("watch")).code).toBe(0);
      expect(bodies().flatMap((body) => (body.kind === "ordered" ? [`${body.order} by ${body.by}`] : []))).toEqual([
        "pause by ada",
        "resume by ada",
      ]);
    },
    LONG,
  );

  test(
    "a cancelled run leaves what it made; an order that makes no sense says so",
    async () => {
      await freshTwin();
      ground.world.configure({ bootMs: 1_500 });
      await launch("--yes", "--detach");
      await slipway("cancel", "last");
      const { code, out } = await slipway("watch");
      expect([code, out]).toEqual([1, expect.stringContaining("# Rehearsal Cancelled")]);
      expect(out).toContain("cancel ordered by ada — attested");
      const again = await slipway("pause", "last");
      expect([again.code, again.err]).toEqual([1, expect.stringContaining("is cancelled: there is nothing to pause")]);
    },
    LONG,
  );
});

describe("whoever watches may leave: the run goes on", () => {
  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "%s ends the watching with 130, and says how to come back",
    async (signal) => {
      await freshTwin();
      ground.world.configure({ bootMs: 1_500 });
      const watcher = ground.begin("launch", ONE, "--twin", "--yes", "--by", "ada");
      await until(() => (/✓ dev\/baseline/.test(watcher.said()) ? true : null), "the first steps");
      watcher.signal(signal);
      const { code, err } = await watcher.ended;
      const run = latest();
      expect(code).toBe(130);
      expect(err).toContain(
        `the run goes on without us; follow it: slipway watch ${run}, stop it: slipway pause ${run}`,
      );
      expect((await slipway("watch", run)).code).toBe(0);
    },
    LONG,
  );
});

describe("a plan from a file", () => {
  const file = () => join(ground.home.root, "mine.json");

  test(
    "is launched as it is",
    async () => {
      writeFileSync(file(), (await slipway("plan", ONE, "--twin", "--json")).out);
      const { code, out } = await slipway("launch", "--plan", file(), "--yes", "--json");
      expect(code).toBe(0);
      const rest = JSON.parse(out);
      expect(rest).toMatchObject({ status: "done", planHash: JSON.parse(readFileSync(file(), "utf8")).plan.hash });
    },
    LONG,
  );

  test.each([
    ["edited by hand", (text: string) => text.replace("twin-1", "twin-9"), 5, "it was edited after it was made"],
    [
      "edited, hash and all",
      (text: string) => text.replace(/("hash":\s*")\w{8}/, "$100000000"),
      5,
      "it was edited after it was made",
    ],
    ["cut off", (text: string) => text.slice(0, 200), 2, "is not JSON"],
    ["something else", () => '{"name":"x"}', 2, "is not a plan"],
  ])(
    "%s is refused, and nothing is started",
    async (_, change, code, words) => {
      writeFileSync(file(), change((await slipway("plan", ONE, "--twin", "--json")).out));
      const before = readdirSync(ground.home.runs).length;
      const answer = await slipway("launch", "--plan", file(), "--yes");
      expect([answer.code, answer.err]).toEqual([code, expect.stringContaining(words)]);
      expect(readdirSync(ground.home.runs)).toHaveLength(before);
    },
    LONG,
  );
});

describe("verify and report", () => {
  test(
    "check a run against the head the engine keeps, and a copy of it against the head its report names",
    async () => {
      const run = latest();
      const mine = await slipway("verify", run, "--json");
      expect([mine.code, JSON.parse(mine.out)]).toEqual([
        0,
        expect.objectContaining({ open: false, against: "engine" }),
      ]);
      const report = ReportSchema.parse(JSON.parse((await slipway("report", run, "--json")).out));
      expect(report.evidence.head).toBe(JSON.parse(mine.out).head);
      const copy = await slipway("verify", ground.directory(run), "--head", report.evidence.head.slice(0, 16));
      expect([copy.code, copy.out]).toEqual([0, expect.stringContaining("it reaches the head you gave")]);
      const alone = await slipway("verify", ground.directory(run));
      expect(alone.out).toContain("records cut off its end would not be missed");
    },
    LONG,
  );

  test(
    "notice records cut off the end while the engine knows better",
    async () => {
      const run = latest();
      const file = join(ground.directory(run), "evidence.jsonl");
      const whole = readFileSync(file, "utf8");
      writeFileSync(file, `${whole.trimEnd().split("\n").slice(0, -2).join("\n")}\n`);
      const { code, err } = await slipway("verify", run);
      writeFileSync(file, whole);
      expect([code, err]).toEqual([1, expect.stringMatching(/what came after line \d+ was cut off/)]);
    },
    LONG,
  );

  test.each([
    ["neither run nor directory", ["verify", "nowhere"], "neither a run nor a directory"],
    ["a head that is none", ["verify", "last", "--head", "xyz"], "--head takes 8 to 64 hex digits"],
  ])(
    "%s is wrong usage",
    async (_, argv, words) => {
      const { code, err } = await slipway(...argv);
      expect([code, err]).toEqual([2, expect.stringContaining(words)]);
    },
    LONG,
  );
});

test.each([
  ["--parallel", "0", "takes a number above 0"],
  ["--parallel", "many", "takes a whole number"],
  ["--gate-hours", "0", "takes a number above 0"],
])(
  "launch %s %s is wrong usage",
  async (option, value, words) => {
    const { code, err } = await launch(option, value);
    expect([code, err]).toEqual([2, expect.stringContaining(words)]);
  },
  LONG,
);
