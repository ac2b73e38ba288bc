import { describe, expect, test } from "vitest";
import { type Command, command, expire } from "../../src/run/commands.ts";
import { drive } from "./driver.ts";
import { HASH, siteOf } from "./sites.ts";

const SITE = siteOf([
  {
    id: "one",
    gate: "plain",
    steps: [
      { id: "a", host: "alder" },
      { id: "b", host: "alder", needs: ["a"] },
      { id: "c", host: "birch" },
    ],
  },
  { id: "two", gate: "irreversible", steps: [{ id: "d", host: "alder" }] },
]);
const running = () => drive(SITE, { preapproved: ["gate-one"] });
const waiting = () => drive(SITE);
const by = "ada";
const LATER = "2027-11-24T10:00:00.000Z";

describe("an approval", () => {
  const approve = (change: Partial<Extract<Command, { kind: "approve" }>> = {}) =>
    ({ kind: "approve", gate: "gate-one", by, hash: HASH, ...change }) as const;

  test.each([
    ["the open gate by name", approve()],
    ["the gate that is open, whichever it is", approve({ gate: null })],
    ["by the hash's first characters", approve({ hash: HASH.slice(0, 8) })],
  ])("opens %s", (_, order) => {
    const run = waiting();
    expect(run.order(order).ok).toBe(true);
    expect(run.state()).toMatchObject({ status: "running", approvals: [{ gate: "gate-one", by, hash: HASH }] });
    expect(run.last().bodies[0]).toEqual({ kind: "gate-approved", gate: "gate-one", of: "plan", hash: HASH, by });
  });

  test.each([
    ["of another plan", approve({ hash: "cd".repeat(32) }), undefined, "plan-changed"],
    ["of no plan", approve({ hash: "" }), undefined, "plan-changed"],
    ["of too little of a hash", approve({ hash: HASH.slice(0, 7) }), undefined, "plan-changed"],
    ["of another gate", approve({ gate: "gate-two" }), undefined, "other-gate-open"],
    ["too late", approve(), LATER, "gate-expired"],
    ["by nobody", approve({ by: "" }), undefined, "approver-missing"],
    ["by blanks", approve({ by: "  " }), undefined, "approver-missing"],
  ] as const)("is refused: %s", (_, order, at, code) => {
    const run = waiting();
    const answer = run.order(order, at);
    expect(answer).toMatchObject({ ok: false, failure: { code } });
    expect(run.state().status).toBe("waiting");
  });

  test("is refused where no gate is open", () => {
    expect(running().order(approve({ gate: null }))).toMatchObject({ ok: false, failure: { code: "no-gate-open" } });
  });

  test("of a fix is bound to the fix: the plan's hash does not open it", () => {
    const run = running();
    run.done("c");
    run.fail("a", "configuration");
    expect(run.order(approve({ gate: "fix-1" }))).toMatchObject({ ok: false, failure: { code: "plan-changed" } });
    expect(run.order(approve({ gate: "fix-1", hash: run.state().gate?.hash ?? "" })).ok).toBe(true);
  });

  test("of the first gate does not open the irreversible one", () => {
    const run = running();
    run.done("a", "c");
    run.done("b");
    expect(run.state()).toMatchObject({ status: "waiting", gate: { id: "gate-two", irreversible: true } });
  });
});

describe("a gate nobody answers", () => {
  test("ends the run at its time, and says so", () => {
    const run = waiting();
    const { gate } = run.state();
    const { state, bodies } = expire(run.state(), gate?.id ?? "", gate?.openedAt ?? "", gate?.expiresAt ?? "");
    expect(state).toMatchObject({ status: "rejected", endedAt: gate?.expiresAt });
    expect(bodies.map((body) => body.kind)).toEqual(["gate-rejected", "run-ended"]);
  });

  test("has two weeks, or the hours the launch gave it", () => {
    expect(waiting().state().gate?.expiresAt).toBe("2026-12-08T10:00:00.000Z");
    expect(drive(SITE, { limits: { gateHours: 1 } }).state().gate?.expiresAt).toBe("2026-11-24T11:00:00.000Z");
  });

  test("that was answered, or opened anew, is left alone by its old alarm", () => {
    const run = waiting();
    const { gate } = run.state();
    expect(expire(run.state(), "gate-one", "2020-01-01T00:00:00.000Z", LATER).state).toBe(run.state());
    run.order({ kind: "approve", gate: null, by, hash: HASH });
    expect(expire(run.state(), "gate-one", gate?.openedAt ?? "", LATER).state).toBe(run.state());
  });
});

test("a rejection ends the run with its reason, and the run may still be rolled back", () => {
  const run = running();
  run.done("a", "c");
  run.done("b");
  run.order({ kind: "reject", gate: "gate-two", by, because: "wrong keys" });
  expect(run.state().status).toBe("rejected");
  expect(run.last().bodies).toMatchObject([
    { kind: "gate-rejected", gate: "gate-two", by, because: "wrong keys" },
    { kind: "run-ended", outcome: "rejected", because: "gate-two was rejected by ada: wrong keys" },
  ]);
  run.order({ kind: "rollback", by });
  expect(run.state().status).toBe("rolling-back");
});

describe("pause", () => {
  test("lets what is at work end, starts nothing, and resume goes on from there", () => {
    const run = running();
    run.order({ kind: "pause", by });
    expect(run.state()).toMatchObject({ status: "running", wanted: "pause" });
    run.done("a");
    expect(run.atWork()).toEqual(["c"]);
    run.done("c");
    expect(run.state()).toMatchObject({ status: "paused", running: [] });
    run.order({ kind: "resume", by });
    expect(run.atWork()).toEqual(["b"]);
    expect(run.kinds().filter((kind) => kind === "ordered")).toHaveLength(2);
  });

  test("can be taken back before it has begun", () => {
    const run = running();
    run.order({ kind: "pause", by });
    run.order({ kind: "resume", by });
    run.done("a", "c");
    expect(run.atWork()).toEqual(["b"]);
  });

  test("does not hide a failure", () => {
    const run = running();
    run.order({ kind: "pause", by });
    run.fail("a", "critical");
    run.done("c");
    expect(run.state().status).toBe("stopped");
  });
});

describe("cancel", () => {
  test("waits for what is at work, then ends and leaves everything", () => {
    const run = running();
    run.order({ kind: "cancel", by });
    run.done("a");
    expect(run.state().status).toBe("running");
    run.done("c");
    expect(run.state()).toMatchObject({ status: "cancelled", marks: "dqd." });
    expect(run.last().undo).toEqual([]);
  });

  test("ends at once a run that waits, is paused or has stopped", () => {
    const waits = waiting();
    waits.order({ kind: "cancel", by });
    expect(waits.state()).toMatchObject({ status: "cancelled", gate: null });
  });
});

describe("rollback", () => {
  const settled = () => {
    const run = running();
    run.done("a", "c");
    run.fail("b", "critical");
    return run;
  };

  test("undoes what was done or half done, newest first, each host by itself", () => {
    const run = settled();
    run.order({ kind: "rollback", by });
    expect(run.last().undo).toEqual([[2], [1, 0]]);
    expect(run.state()).toMatchObject({ status: "rolling-back", problem: null });
    run.undo("c");
    run.undo("b");
    run.undo("a");
    expect(run.state()).toMatchObject({ status: "rolled-back", marks: "uuu." });
    expect(run.last().bodies.at(-1)).toMatchObject({ kind: "run-ended", because: "every step was undone" });
  });

  test("waits for what is at work", () => {
    const run = running();
    run.order({ kind: "rollback", by });
    expect(run.last().undo).toEqual([]);
    run.done("a", "c");
    expect(run.last().undo).toEqual([[2], [0]]);
  });

  test("says how much could not be undone, and can be tried again for that alone", () => {
    const run = settled();
    run.order({ kind: "rollback", by });
    run.undo("c");
    run.undo("b");
    run.undo("a", false);
    expect(run.last().bodies.at(-1)).toMatchObject({ because: "1 step(s) could not be undone" });
    run.order({ kind: "rollback", by });
    expect(run.last().undo).toEqual([[0]]);
    run.undo("a");
    expect(run.state().marks).toBe("uuu.");
    expect(run.order({ kind: "rollback", by })).toMatchObject({ ok: false, failure: { code: "cannot-rollback" } });
  });

  test("of a run that did nothing is over at once", () => {
    const run = waiting();
    run.order({ kind: "rollback", by });
    expect(run.last().bodies.at(-1)).toMatchObject({ kind: "run-ended", because: "nothing had been done" });
  });
});

describe("an order that makes no sense now is refused, and changes nothing", () => {
  const ended = () => {
    const run = waiting();
    run.order({ kind: "cancel", by });
    return run;
  };
  const rolling = () => {
    const run = running();
    run.done("a", "c");
    run.fail("b", "critical");
    run.order({ kind: "rollback", by });
    return run;
  };
  const cancelling = () => {
    const run = running();
    run.order({ kind: "cancel", by });
    return run;
  };
  test.each([
    ["pause", "a run that waits", waiting],
    ["pause", "a run that is over", ended],
    ["pause", "a run that is being cancelled", cancelling],
    ["pause", "a rollback", rolling],
    ["resume", "a run at work", running],
    ["resume", "a run that waits", waiting],
    ["resume", "a run that is over", ended],
    ["resume", "a run that is being cancelled", cancelling],
    ["resume", "a rollback", rolling],
    ["cancel", "a run that is over", ended],
    ["cancel", "a rollback", rolling],
    ["rollback", "a rollback", rolling],
  ] as const)("%s of %s", (kind, _, make) => {
    const run = make();
    const { state } = run.last();
    const answer = command(SITE, state, { kind, by }, LATER);
    expect(answer).toMatchObject({ ok: false, failure: { code: `cannot-${kind}`, next: "slipway status r1" } });
  });
});
