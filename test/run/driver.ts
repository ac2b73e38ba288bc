import type { FailureKind, Outcome } from "../../src/base/outcome.ts";
import { report } from "../../src/run/advance.ts";
import type { Change, Site } from "../../src/run/change.ts";
import type { StartRequest } from "../../src/run/commands.ts";
import { type Command, command, start } from "../../src/run/commands.ts";
import { type UndoReport, undone } from "../../src/run/rollback.ts";
import type { RunState } from "../../src/run/state.ts";
import { doneReport, failedReport, request } from "./sites.ts";

/** A run driven by hand, one message at a time; each minute of its clock is one message. */
export function drive(site: Site, changes: Partial<StartRequest> = {}) {
  let minute = 0;
  const now = () => new Date(Date.parse("2026-11-24T10:00:00Z") + minute++ * 60_000).toISOString();
  const first = start(site, request({ at: now(), ...changes }));
  let last: Change = first;
  const kinds: string[] = first.bodies.map((body) => body.kind);
  const take = (next: Change): Change => {
    last = next;
    kinds.push(...next.bodies.map((body) => body.kind));
    return next;
  };
  const attempt = (index: number) => 1 + (last.state.attempts[index] ?? 0);
  const name = (id: string) => site.graph.steps.findIndex((step) => step.id === id);
  return {
    state: (): RunState => last.state,
    last: (): Change => last,
    /** Kinds of the records so far. */
    kinds: (): readonly string[] => kinds,
    /** Ids of the steps at work. */
    atWork: (): readonly string[] => last.state.running.map((index) => site.graph.steps[index]?.id ?? ""),
    done: (...ids: readonly string[]) =>
      take(
        report(
          site,
          last.state,
          ids.map((id) => doneReport(site, name(id), attempt(name(id)))),
          now(),
        ),
      ),
    fail: (id: string, kind: FailureKind) =>
      take(report(site, last.state, [failedReport(site, name(id), kind, attempt(name(id)))], now())),
    undo: (id: string, gone = true) => {
      const body = { kind: "step-undone", step: id, detail: "", undone: gone, checks: [] } as const;
      const said: UndoReport = { index: name(id), undone: gone, body: { ...body, checks: [] } };
      return take(undone(last.state, [said], now()));
    },
    order: (order: Command, at = now()): Outcome<Change> => {
      const next = command(site, last.state, order, at);
      if (next.ok) take(next.value);
      return next;
    },
  };
}
