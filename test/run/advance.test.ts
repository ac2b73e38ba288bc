import { describe, expect, test } from "vitest";
import { report } from "../../src/run/advance.ts";
import { drive } from "./driver.ts";
import { doneReport, failedReport, HASH, siteOf } from "./sites.ts";

const CHAIN = siteOf([
  {
    id: "one",
    steps: [
      { id: "a", host: "alder" },
      { id: "b", host: "alder", needs: ["a"] },
      { id: "c", host: "birch" },
    ],
  },
  { id: "two", gate: "plain", steps: [{ id: "d", host: "alder" }] },
  { id: "empty", steps: [] },
  { id: "three", steps: [{ id: "e", host: null }] },
]);

describe("going on", () => {
  test("starts what waits for nothing, gathered per host", () => {
    const run = drive(CHAIN);
    expect(run.last().dispatch).toEqual([[0], [2]]);
    expect(run.state()).toMatchObject({ status: "running", marks: "r.r..", phase: 0 });
  });

  test("starts a step when the last of its needs is done, and not before", () => {
    const run = drive(CHAIN);
    run.done("c");
    expect(run.atWork()).toEqual(["a"]);
    run.done("a");
    expect(run.atWork()).toEqual(["b"]);
  });

  test("opens the gate of the next phase, says so in the record, and starts nothing behind it", () => {
    const run = drive(CHAIN);
    run.done("a", "c");
    const opened = run.done("b");
    expect(run.kinds().slice(-3)).toEqual(["step-done", "phase-done", "gate-opened"]);
    expect(run.state()).toMatchObject({ status: "waiting", gate: { id: "gate-two", hash: HASH, kind: "phase" } });
    expect(opened.opened).toEqual(run.state().gate);
    expect(opened.dispatch).toEqual([]);
  });

  test("passes phases without steps, and ends after the last", () => {
    const run = drive(CHAIN, { preapproved: ["gate-two"] });
    run.done("a", "c");
    run.done("b");
    run.done("d");
    expect(run.kinds().slice(-3)).toEqual(["step-done", "phase-done", "phase-done"]);
    run.done("e");
    expect(run.state()).toMatchObject({ status: "done", phase: 3, marks: "ddddd", gate: null });
    expect(run.kinds().at(-1)).toBe("run-ended");
  });

  test("approves a gate named at the launch in the starter's name when it comes to it", () => {
    const run = drive(CHAIN, { preapproved: ["gate-two"], by: "ada" });
    run.done("a", "c");
    run.done("b");
    expect(run.kinds().slice(-2)).toEqual(["gate-opened", "gate-approved"]);
    expect(run.state().approvals).toMatchObject([{ gate: "gate-two", by: "ada", hash: HASH }]);
  });

  test("keeps to the limits, over the run and per host", () => {
    const steps = ["a1", "a2", "a3", "b1", "b2", "b3"].map((id) => ({
      id,
      host: id.startsWith("a") ? "alder" : "birch",
    }));
    const site = siteOf([{ id: "one", steps }]);
    expect(drive(site, { limits: { perHost: 2 } }).atWork()).toEqual(["a1", "a2", "b1", "b2"]);
    const run = drive(site, { limits: { parallel: 3 } });
    expect(run.atWork()).toEqual(["a1", "a2", "a3"]);
    run.done("a2");
    expect(run.atWork()).toEqual(["a1", "a3", "b1"]);
  });
});

describe("messages that come twice, late or astray change nothing", () => {
  test.each([
    ["a step that has ended", () => doneReport(CHAIN, 0)],
    ["the same step ending otherwise", () => failedReport(CHAIN, 0, "critical")],
    ["a step that was never started", () => doneReport(CHAIN, 1, 2)],
    ["a step the plan does not have", () => doneReport(CHAIN, 99)],
  ])("%s", (_, said) => {
    const run = drive(CHAIN);
    run.done("a");
    const { state } = run.last();
    expect(report(CHAIN, state, [said()], "2026-11-24T11:00:00.000Z")).toMatchObject({
      state,
      bodies: [],
      dispatch: [],
    });
  });

  test("an attempt before the fix, told again while the step runs once more", () => {
    const run = drive(CHAIN);
    run.done("c");
    run.fail("a", "critical");
    run.order({ kind: "resume", by: "ada" });
    const { state } = run.last();
    expect(run.atWork()).toEqual(["a", "c"]);
    for (const said of [failedReport(CHAIN, 0, "critical", 1), doneReport(CHAIN, 2, 1)])
      expect(report(CHAIN, state, [said], "2026-11-24T11:00:00.000Z").state).toBe(state);
    run.done("a", "c");
    expect(run.atWork()).toEqual(["b"]);
  });
});

describe("when a step fails", () => {
  test("what is at work may end, nothing new begins", () => {
    const run = drive(CHAIN);
    run.fail("a", "critical");
    expect(run.state()).toMatchObject({ status: "running", problem: { step: "a" } });
    run.done("c");
    expect(run.state().status).toBe("stopped");
    expect(run.state().marks).toBe("x.d..");
  });

  test.each(["transient", "critical"] as const)("%s: it stops, says why, and offers choices", (kind) => {
    const run = drive(CHAIN);
    run.done("c");
    const stopped = run.fail("a", kind);
    expect(run.state()).toMatchObject({ status: "stopped", gate: null, problem: { step: "a", fix: null } });
    expect(stopped.bodies.at(-1)).toMatchObject({
      kind: "run-stopped",
      step: "a",
      because: `it broke (${kind}, broken)`,
      alternatives: [
        expect.stringContaining("resume"),
        expect.stringContaining("rollback"),
        expect.stringContaining("cancel"),
      ],
    });
  });

  test("configuration: it proposes a fix behind a gate that is bound to the fix's own hash", () => {
    const run = drive(CHAIN);
    run.done("c");
    run.fail("a", "configuration");
    const { gate, problem } = run.state();
    expect(gate).toMatchObject({ id: "fix-1", kind: "fix", irreversible: false, hash: problem?.fix?.hash });
    expect(gate?.hash).not.toBe(HASH);
    expect(gate?.shows).toBe(
      "it broke. Proposed: on alder: mend it; run the failed phase again; what is already right is left alone.",
    );
  });

  test("an approved fix runs the failed phase again from its first step, and a second fix is another gate", () => {
    const run = drive(CHAIN, { preapproved: ["gate-two"] });
    run.done("c", "a");
    run.done("b");
    run.fail("d", "configuration");
    run.order({ kind: "approve", gate: "fix-1", by: "ada", hash: run.state().gate?.hash ?? "" });
    expect(run.state()).toMatchObject({ status: "running", phase: 1, attempts: { 3: 1 }, problem: null });
    expect(run.atWork()).toEqual(["d"]);
    run.fail("d", "configuration");
    expect(run.state().gate?.id).toBe("fix-2");
    // The phase's own gate was opened once; a fix does not open it again.
    expect(run.kinds().filter((kind) => kind === "gate-approved")).toHaveLength(2);
  });
});
