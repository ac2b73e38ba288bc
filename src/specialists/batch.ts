import { configuration, type Outcome, ok } from "../base/outcome.ts";
import type { Convergence, Machine, Seen } from "../machines/machine.ts";
import { batchOf, check } from "./lib.ts";
import type { Check, StepContext, Undone } from "./step.ts";

/** What steps that set a host by batches of resources have in common. */

export const CONVERGED = "a second look finds nothing to change";

/** Applies a batch; a resource that failed makes the whole step a configuration failure that names it. */
export async function converge(
  machine: Machine,
  request: Parameters<Machine["converge"]>[0],
): Promise<Outcome<Seen<Convergence>>> {
  const converged = await machine.converge(request);
  if (!converged.ok || converged.value.value.failed === 0) return converged;
  return couldNotBeSet(machine, failedOf(converged.value.value));
}

/**
 * What a convergence showed of the state it left: the second look of the login that confirmed it, or itself where it
 * changed nothing. Null where only another look would tell.
 */
export function lookOf(converged: Seen<Convergence>): Seen<Convergence> | null {
  const { changed, secondLook } = converged.value;
  return secondLook ?? (changed === 0 ? converged : null);
}

export function failedOf({ records }: Convergence): Convergence["records"] {
  return records.filter(({ status }) => status === "failed");
}

/** The failure of resources that could not be set (code `resource-failed`), each with its reason. */
export function couldNotBeSet({ name }: Pick<Machine, "name">, failed: Convergence["records"]): Outcome<never> {
  return configuration(
    "resource-failed",
    `${name}: ${failed.map(({ id }) => id).join(", ")} could not be set`,
    "put right what is said above",
    reasons(failed),
  );
}

/** Undoes the step's batch of that name. */
export async function takeBack(context: StepContext, step: string): Promise<Outcome<Undone>> {
  const undone = await context.machine.undo(batchOf(context, step));
  return undone.ok ? ok(takenBack(undone.value)) : undone;
}

/** What undoing a batch came to; `said` where no change failed, else the reasons. */
export function takenBack({ value, sighting }: Seen<Convergence>, said?: string): Undone {
  const { failed, changed } = value;
  return {
    undone: failed === 0,
    detail: failed === 0 ? (said ?? `${changed} change(s) taken back`) : reasons(failedOf(value)),
    checks: [everyChange(value, sighting)],
  };
}

/** The check of an undo: none of its changes stayed. */
export function everyChange({ failed, changed }: Convergence, sighting: Seen<Convergence>["sighting"]): Check {
  return check("every change was taken back", failed === 0, `${changed} taken back`, sighting);
}

/**
 * Removes what daemons wrote, which is no resource of any batch: by a unit that runs once and is taken back itself.
 * Left alone while `unless` is there: an earlier run set it up.
 */
export async function sweep(
  context: StepContext,
  what: {
    readonly batch: string;
    readonly unit: string;
    readonly unless: string;
    readonly paths: readonly string[];
    /** What stays, and is root's from now on. */
    readonly kept?: readonly string[];
  },
): Promise<Outcome<null>> {
  const kept = (what.kept ?? []).map((path) => `[ ! -e ${path} ] || chown -R root: ${path}; `).join("");
  const content = `# Written by Slipway.
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'test -e ${what.unless} || { rm -rf ${what.paths.join(" ")}; ${kept}}'
[Install]
WantedBy=multi-user.target
`;
  const { machine } = context;
  const batch = batchOf(context, what.batch);
  const swept = await machine.converge({
    batch,
    resources: [{ kind: "unit", id: `unit ${what.unit}`, name: what.unit, content, enabled: true, active: true }],
    dryRun: false,
    revertAfterSeconds: null,
  });
  if (!swept.ok) return swept;
  const undone = await machine.undo(batch);
  return undone.ok ? ok(null) : undone;
}

function reasons(failed: Convergence["records"]): string {
  return failed.map(({ id, why }) => `${id}: ${why}`).join("; ");
}
