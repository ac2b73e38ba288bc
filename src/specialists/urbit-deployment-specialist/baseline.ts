import { type Outcome, ok } from "../../base/outcome.ts";
import { hostScripts } from "../../machines/host/ships/scripts.ts";
import type { Convergence, ConvergeRequest, Seen } from "../../machines/machine.ts";
import type { Resource } from "../../machines/resources.ts";
import { LAYOUT } from "../../urbit/layout.ts";
import { CONVERGED, converge, lookOf, takeBack } from "../batch.ts";
import { batchOf, check, done, hostOf, shipsInPhase } from "../lib.ts";
import type { Step, StepContext, StepTarget } from "../step.ts";
import type { HostView } from "./hardening/control.ts";
import { FIREWALL_QUESTIONS, firewallFor, shipPort } from "./hardening/firewall.ts";

const REACHABLE = "a new SSH connection gets in after the firewall is up";

/** Seconds the host waits for a new connection of ours before it takes the batch back by itself. */
const REVERT_SECONDS = 60;

/** What a step saw after its last change; it does not look twice. */
const LOOKED = new WeakMap<StepContext, Seen<Convergence>>();

/** P2 and P6 of deploy-planet: user, directories, clock, firewall with the ships' own ports, behind the dead-man revert. */
export const baseline: Step = {
  kind: "baseline",
  specialist: "lead",
  scope: "host",
  effect: () => "reversible",
  describe: (target) => ({
    purpose: `Prepare ${hostOf(target).name}: user, directories, clock, firewall with the ships' own ports`,
    inputs: [`facts of ${hostOf(target).name}`],
    outputs: [`baseline of ${hostOf(target).name}`],
    checks: [CONVERGED, REACHABLE],
    commands: resources(target, null).map(summary),
    minutes: { low: 1, high: 5 },
    risk: {
      level: "medium",
      what: "a firewall rule cuts our own way in",
      answer: "the host takes the batch back unless a new connection confirms it",
    },
  }),
  apply: async (context) => {
    const { machine, target } = context;
    const surveyed = await machine.survey(FIREWALL_QUESTIONS);
    if (!surveyed.ok) return surveyed;
    const survey = surveyed.value.value;
    const converged = await converge(machine, requestFor(context, survey, REVERT_SECONDS));
    if (!converged.ok) return converged;
    const look = lookOf(converged.value);
    if (look !== null) LOOKED.set(context, look);
    const { changed, records } = converged.value.value;
    const what = changed === 0 ? "already as wished" : `${changed} of ${records.length} resources changed`;
    const text = `${machine.name} baseline: ${what}`;
    const { adopted } = firewallFor(viewOf(target, survey));
    return done(changed === 0, [text, ...adopted], { changed, resources: records.length }, [converged.value.sighting]);
  },
  check: async (context) => {
    const looked = await look(context);
    if (!looked.ok) return looked;
    const { records, changed, failed } = looked.value.value;
    const off = records.filter((record) => record.status !== "ok").map((record) => record.id);
    return ok([
      check(
        CONVERGED,
        changed + failed === 0,
        off.length === 0 ? `${records.length} resources as wished` : off.join(", "),
        looked.value.sighting,
      ),
      check(REACHABLE, true, "looked at over a login of its own", looked.value.sighting),
    ]);
  },
  undo: (context) => takeBack(context, "baseline"),
};

/** What the last convergence saw, else a look of its own: over a new login in either case. */
async function look(context: StepContext): Promise<Outcome<Seen<Convergence>>> {
  const known = LOOKED.get(context);
  if (known !== undefined) return ok(known);
  const surveyed = await context.machine.survey(FIREWALL_QUESTIONS);
  return surveyed.ok ? context.machine.converge(requestFor(context, surveyed.value.value, null)) : surveyed;
}

function requestFor(context: StepContext, survey: Survey, revertAfterSeconds: number | null): ConvergeRequest {
  return {
    batch: batchOf(context, "baseline"),
    resources: resources(context.target, survey),
    dryRun: revertAfterSeconds === null,
    revertAfterSeconds,
    // Where no firewall is up yet the batch changes something: the login that confirms it is the new one.
    newLogin: revertAfterSeconds === null || survey.facts.firewall !== "none",
  };
}

type Survey = Pick<HostView, "facts" | "answers">;

function viewOf(target: StepTarget, survey: Survey): HostView {
  return { ...survey, level: "basic", ships: shipsInPhase(target) };
}

/** The baseline as data. `survey` null describes it; what depends on the host is then left at its usual form. */
export function resources(target: StepTarget, survey: Survey | null): readonly Resource[] {
  const { user, group, home } = LAYOUT;
  const directory = (path: string, owner: string, mode: string): Resource => ({
    kind: "directory",
    id: `directory ${path}`,
    path,
    owner,
    group: owner,
    mode,
  });
  const packages = ["ca-certificates", ...(survey?.facts.firewall === "ufw" ? [] : ["nftables"])];
  // A container shares its host's clock and cannot set it: nothing to install there.
  if (survey?.facts.timeSync === "none") packages.push("systemd-timesyncd");
  return [
    ...packages.map((name): Resource => ({ kind: "package", id: `package ${name}`, name })),
    { kind: "user", id: `user ${user}`, name: user, home, shell: "/usr/sbin/nologin" },
    directory(home, group, "0750"),
    ...LAYOUT.systemDirectories.map(({ path, mode }) => directory(path, "root", mode)),
    ...hostScripts().map(
      (script): Resource => ({ kind: "file", id: `file ${script.path}`, owner: "root", group: "root", ...script }),
    ),
    ...(survey === null ? planned(target) : firewallFor(viewOf(target, survey)).resources),
  ];
}

function planned(target: StepTarget): readonly Resource[] {
  return [{ kind: "firewall", id: "firewall", inbound: "deny" }, ...shipsInPhase(target).map(shipPort)];
}

function summary(resource: Resource): string {
  return `converge ${resource.id}`;
}
