import { type Outcome, ok } from "../../base/outcome.ts";
import { hostScripts } from "../../machines/host/ships/scripts.ts";
import type { Convergence, ConvergeRequest, Facts, Seen } from "../../machines/machine.ts";
import type { Resource } from "../../machines/resources.ts";
import type { ShipTarget } from "../../plan/schema.ts";
import { LAYOUT } from "../../urbit/layout.ts";
import { CONVERGED, converge, lookOf, takeBack } from "../batch.ts";
import { batchOf, check, done, hostOf, shipsInPhase } from "../lib.ts";
import type { Step, StepContext, StepTarget } from "../step.ts";

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
    const { machine } = context;
    const facts = await machine.facts();
    if (!facts.ok) return facts;
    const converged = await converge(machine, requestFor(context, facts.value.value, REVERT_SECONDS));
    if (!converged.ok) return converged;
    const look = lookOf(converged.value);
    if (look !== null) LOOKED.set(context, look);
    const { changed, records } = converged.value.value;
    const what = changed === 0 ? "already as wished" : `${changed} of ${records.length} resources changed`;
    const text = `${machine.name} baseline: ${what}`;
    return done(changed === 0, [text], { changed, resources: records.length }, [converged.value.sighting]);
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
  const facts = await context.machine.facts();
  return facts.ok ? context.machine.converge(requestFor(context, facts.value.value, null)) : facts;
}

function requestFor(context: StepContext, facts: Facts, revertAfterSeconds: number | null): ConvergeRequest {
  return {
    batch: batchOf(context, "baseline"),
    resources: resources(context.target, facts),
    dryRun: revertAfterSeconds === null,
    revertAfterSeconds,
    // Where no firewall is up yet the batch changes something: the login that confirms it is the new one.
    newLogin: revertAfterSeconds === null || facts.firewall !== "none",
  };
}

/** The baseline as data. `facts` null describes it; what depends on the host is then left at its usual form. */
export function resources(target: StepTarget, facts: Facts | null): readonly Resource[] {
  const { user, group, home } = LAYOUT;
  const directory = (path: string, owner: string, mode: string): Resource => ({
    kind: "directory",
    id: `directory ${path}`,
    path,
    owner,
    group: owner,
    mode,
  });
  const packages = ["ca-certificates", ...(facts?.firewall === "ufw" ? [] : ["nftables"])];
  // A container shares its host's clock and cannot set it: nothing to install there.
  if (facts?.timeSync === "none") packages.push("systemd-timesyncd");
  return [
    ...packages.map((name): Resource => ({ kind: "package", id: `package ${name}`, name })),
    { kind: "user", id: `user ${user}`, name: user, home, shell: "/usr/sbin/nologin" },
    directory(home, group, "0750"),
    ...LAYOUT.systemDirectories.map(({ path, mode }) => directory(path, "root", mode)),
    ...hostScripts().map(
      (script): Resource => ({ kind: "file", id: `file ${script.path}`, owner: "root", group: "root", ...script }),
    ),
    { kind: "firewall", id: "firewall", inbound: "deny" },
    ...shipsInPhase(target).map(shipPort),
  ];
}

function shipPort(ship: ShipTarget): Resource {
  return {
    kind: "firewall-rule",
    id: `firewall udp ${ship.amesPort}`,
    proto: "udp",
    port: ship.amesPort,
    from: null,
    comment: `Ames of ${ship.name}`,
  };
}

function summary(resource: Resource): string {
  return `converge ${resource.id}`;
}
