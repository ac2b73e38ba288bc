import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RecordBody } from "../../src/evidence/schema.ts";
import { report, type StepReport } from "../../src/run/advance.ts";
import type { Change, Site } from "../../src/run/change.ts";
import { type Command, command, expire, start } from "../../src/run/commands.ts";
import { type UndoReport, undone } from "../../src/run/rollback.ts";
import { isAtRest, isDone, isOver, MARKS, type RunState } from "../../src/run/state.ts";
import { doneReport, failedReport, HASH, type PhaseSketch, request, siteOf } from "./sites.ts";

/** One thing that can happen to a run, in any order. `pick` chooses among what there is to choose from. */
type Event =
  | {
      readonly kind: "report";
      readonly pick: number;
      readonly how: "done" | "unchanged" | "transient" | "configuration" | "critical";
    }
  | { readonly kind: "undone"; readonly pick: number; readonly undone: boolean }
  | { readonly kind: "again"; readonly pick: number }
  | { readonly kind: "command"; readonly order: Command["kind"]; readonly hash: "right" | "wrong" }
  | { readonly kind: "expire"; readonly openedAt: "this" | "another" };

const events: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("report" as const),
      pick: fc.nat(50),
      how: fc.oneof(
        { weight: 6, arbitrary: fc.constant("done" as const) },
        { weight: 2, arbitrary: fc.constant("unchanged" as const) },
        fc.constantFrom("transient" as const, "configuration" as const, "critical" as const),
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("undone" as const), pick: fc.nat(50), undone: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("again" as const), pick: fc.nat(50) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("command" as const),
      order: fc.constantFrom(
        "approve",
        "approve",
        "approve",
        "reject",
        "pause",
        "resume",
        "resume",
        "cancel",
        "rollback",
      ),
      hash: fc.constantFrom("right", "right", "right", "wrong"),
    }) as fc.Arbitrary<Event>,
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("expire" as const),
      openedAt: fc.constantFrom("another" as const, "another" as const, "this" as const),
    }),
  },
);

/** Plans whose steps need earlier steps of their phase, on a few hosts. */
const plans: fc.Arbitrary<readonly PhaseSketch[]> = fc
  .array(
    fc.record({
      gate: fc.constantFrom(null, null, "plain" as const, "irreversible" as const),
      steps: fc.array(
        fc.record({
          host: fc.constantFrom(null, "alder", "birch", "cedar"),
          needs: fc.array(fc.nat(9), { maxLength: 3 }),
        }),
        { maxLength: 7 },
      ),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((phases) =>
    phases.map(({ gate, steps }, p) => ({
      id: `p${p}`,
      gate,
      steps: steps.map(({ host, needs }, s) => ({
        id: `p${p}/s${s}`,
        host,
        needs: [...new Set(needs.filter((need) => need < s))].map((need) => `p${p}/s${need}`),
      })),
    })),
  );

/** A run as the engine keeps it: its state, its record, and the work that is out. */
interface Kept {
  readonly site: Site;
  state: RunState;
  readonly record: RecordBody[];
  readonly out: { readonly index: number; readonly attempt: number }[];
  readonly undoing: number[];
  readonly delivered: StepReport[];
  clock: number;
}

function at(kept: Kept): string {
  return new Date(Date.parse("2026-11-24T10:00:00Z") + kept.clock++ * 1_000).toISOString();
}

/** Takes a change in, having looked at everything that must hold of it. */
function take(kept: Kept, next: Change): void {
  const { site, state: before } = kept;
  const { state, bodies } = next;
  const work = next.dispatch.flat();
  // Nothing runs twice at once, before its needs, or before its phase's gate was opened.
  expect(new Set(work).size).toBe(work.length);
  for (const index of work) {
    expect(kept.out.map((item) => item.index)).not.toContain(index);
    expect(site.graph.phaseOf[index]).toBe(state.phase);
    for (const need of site.graph.needs[index] ?? []) expect(isDone(state.marks[need])).toBe(true);
    for (const [other, phase] of site.graph.phaseOf.entries())
      if (phase < state.phase) expect(isDone(state.marks[other])).toBe(true);
    const gate = site.plan.phases[state.phase]?.gate;
    if (gate)
      expect([...kept.record, ...bodies].some((body) => body.kind === "gate-approved" && body.gate === gate.id)).toBe(
        true,
      );
  }
  // A batch is of one host.
  for (const batch of [...next.dispatch, ...next.undo])
    expect(new Set(batch.map((index) => site.graph.steps[index]?.action.host)).size).toBe(1);
  if (next.undo.length > 0) expect(kept.out).toEqual([]);
  for (const [index, letter] of [...state.marks].entries())
    expect(
      `${before.marks[index]}${letter}: ${mayBecome(before, state, before.marks[index] ?? ".", letter, index, site)}`,
    ).toMatch(/true$/);
  kept.out.push(...work.map((index) => ({ index, attempt: 1 + (state.attempts[index] ?? 0) })));
  kept.undoing.push(...next.undo.flat());
  kept.state = state;
  kept.record.push(...bodies);
  // What the state says is at work is what is out.
  const atWork = state.status === "rolling-back" ? kept.undoing : kept.out.map((item) => item.index);
  expect([...state.running].sort()).toEqual([...atWork].sort());
  if (isAtRest(state.status)) expect(state.running).toEqual([]);
  else expect(state.running.length + state.ready.length).toBeGreaterThan(0);
  // The limits hold.
  if (state.status !== "rolling-back") {
    expect(state.running.length).toBeLessThanOrEqual(state.limits.parallel);
    const load = new Map<string | null | undefined, number>();
    for (const index of state.running) {
      const host = site.graph.steps[index]?.action.host;
      load.set(host, (load.get(host) ?? 0) + 1);
    }
    for (const busy of load.values()) expect(busy).toBeLessThanOrEqual(state.limits.perHost);
  }
  expect(state.gate !== null).toBe(state.status === "waiting");
  if (next.opened !== null) expect(next.opened).toEqual(state.gate);
}

/** Marks only move forward; a phase run again after a failure is the one way back, and counted. */
function mayBecome(before: RunState, now: RunState, from: string, to: string, index: number, site: Site): boolean {
  if (from === to) return true;
  const { waiting, ready, running, done, unchanged, failed, undone: gone, kept } = MARKS;
  const forward: Record<string, string[]> = {
    [waiting]: [ready, running],
    [ready]: [running],
    [running]: [done, unchanged, failed],
    [done]: [gone, kept],
    [unchanged]: [gone, kept],
    [failed]: [gone, kept],
    [kept]: [gone, kept],
  };
  if (forward[from]?.includes(to)) return to !== gone && to !== kept ? true : before.status === "rolling-back";
  const retried =
    site.graph.phaseOf[index] === before.phase && (before.problem !== null || before.status === "stopped");
  return (
    retried &&
    [waiting, ready, running].includes(to as "." | "q" | "r") &&
    (from === ready || (now.attempts[index] ?? 0) === (before.attempts[index] ?? 0) + 1)
  );
}

function happen(kept: Kept, event: Event): void {
  const { site, state } = kept;
  switch (event.kind) {
    case "report": {
      if (kept.out.length === 0) return;
      const [item] = kept.out.splice(event.pick % kept.out.length, 1);
      if (item === undefined) return;
      const { how } = event;
      const said =
        how === "done" || how === "unchanged"
          ? doneReport(site, item.index, item.attempt, how === "unchanged")
          : failedReport(site, item.index, how, item.attempt);
      kept.delivered.push(said);
      deliver(kept, said);
      return;
    }
    case "again": {
      const said = kept.delivered[event.pick % Math.max(1, kept.delivered.length)];
      if (said === undefined) return;
      const next = report(site, state, [said], at(kept));
      expect(next).toEqual({ state, bodies: [], dispatch: [], undo: [], opened: null });
      return;
    }
    case "undone": {
      if (kept.undoing.length === 0) return;
      const [index = 0] = kept.undoing.splice(event.pick % kept.undoing.length, 1);
      const step = site.graph.steps[index]?.id ?? "";
      const body = { kind: "step-undone", step, detail: "", undone: event.undone, checks: [] } as const;
      const said: UndoReport = { index, undone: event.undone, body: { ...body, checks: [] } };
      take(kept, undone(state, [said], at(kept)));
      return;
    }
    case "command": {
      const order = orderOf(state, event.order, event.hash === "right" ? (state.gate?.hash ?? HASH) : "0123456789ab");
      const next = command(site, state, order, at(kept));
      if (!next.ok) return;
      if (order.kind === "approve") expect(event.hash).toBe("right");
      take(kept, next.value);
      return;
    }
    case "expire": {
      const openedAt = event.openedAt === "this" ? (state.gate?.openedAt ?? "") : "2020-01-01T00:00:00.000Z";
      const next = expire(state, state.gate?.id ?? "gate-p0", openedAt, at(kept));
      if (event.openedAt === "another") expect(next.state).toBe(state);
      take(kept, next);
      return;
    }
  }
}

function deliver(kept: Kept, said: StepReport): void {
  const time = at(kept);
  const next = report(kept.site, kept.state, [said], time);
  // The engine may ask again after a death: the same message to the same state says the same, byte for byte.
  expect(report(kept.site, kept.state, [said], time)).toEqual(next);
  take(kept, next);
}

function orderOf(state: RunState, kind: Command["kind"], hash: string): Command {
  const gate = state.gate?.id ?? null;
  if (kind === "approve") return { kind, gate, by: "ada", hash };
  return kind === "reject" ? { kind, gate, by: "ada", because: "no" } : { kind, by: "ada" };
}

function begin(sketch: readonly PhaseSketch[], parallel: number, perHost: number): Kept {
  const site = siteOf(sketch);
  const first = start(site, request({ limits: { parallel, perHost } }));
  const kept: Kept = {
    site,
    state: { ...first.state, marks: MARKS.waiting.repeat(site.graph.steps.length) },
    record: [],
    out: [],
    undoing: [],
    delivered: [],
    clock: 1,
  };
  take(kept, first);
  return kept;
}

/** Does what would end every wait, until the run is over. */
function carryOn(kept: Kept): void {
  for (let turns = 0; !isOver(kept.state.status); turns++) {
    expect(turns).toBeLessThan(500);
    if (kept.out.length > 0) happen(kept, { kind: "report", pick: turns, how: "done" });
    else if (kept.undoing.length > 0) happen(kept, { kind: "undone", pick: turns, undone: true });
    else if (kept.state.status === "waiting") happen(kept, { kind: "command", order: "approve", hash: "right" });
    else happen(kept, { kind: "command", order: "resume", hash: "right" });
  }
}

const limits = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 3 }));

describe("whatever happens, in whatever order", () => {
  test("a run keeps its promises, and can always be brought to its end", () => {
    fc.assert(
      fc.property(plans, limits, fc.array(events, { maxLength: 80 }), (sketch, [parallel, perHost], happenings) => {
        const kept = begin(sketch, parallel, perHost);
        for (const event of happenings) happen(kept, event);
        carryOn(kept);
        checkRecord(kept);
      }),
      { numRuns: 400 },
    );
  });

  test("an undisturbed run ends done, every step done once, phase after phase", () => {
    fc.assert(
      fc.property(plans, limits, (sketch, [parallel, perHost]) => {
        const kept = begin(sketch, parallel, perHost);
        carryOn(kept);
        expect(kept.state.status).toBe("done");
        expect([...kept.state.marks].every(isDone)).toBe(true);
        const done = kept.record.flatMap((body) => (body.kind === "step-done" ? [body.step] : []));
        expect([...done].sort()).toEqual(kept.site.graph.steps.map((step) => step.id).sort());
        checkRecord(kept);
      }),
      { numRuns: 200 },
    );
  });
});

/** What the record must say of any run that is over. */
function checkRecord({ record, site, state }: Kept): void {
  const kinds = record.map((body) => body.kind);
  expect(kinds[0]).toBe("run-started");
  expect(kinds.at(-1)).toBe("run-ended");
  const phases = record.flatMap((body) => (body.kind === "phase-done" ? [body.phase] : []));
  expect(phases).toEqual(site.plan.phases.slice(0, phases.length).map((phase) => phase.id));
  // A phase is over only after the last word on each of its steps was that it is done.
  for (const [place, body] of record.entries()) {
    if (body.kind !== "phase-done") continue;
    const before = record.slice(0, place);
    for (const step of site.plan.phases.find((phase) => phase.id === body.phase)?.steps ?? [])
      expect(
        before.findLast((other) => "step" in other && other.step === step.id && other.kind !== "run-stopped")?.kind,
      ).toBe("step-done");
  }
  const opened = kinds.filter((kind) => kind === "gate-opened").length;
  const answered = kinds.filter((kind) => kind === "gate-approved" || kind === "gate-rejected").length;
  expect(answered).toBeLessThanOrEqual(opened);
  if (state.status === "done") expect(answered).toBe(opened);
}
