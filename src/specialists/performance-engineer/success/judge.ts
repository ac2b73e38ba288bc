import type { Plan, ShipTarget } from "../../../plan/schema.ts";
import { judgeBusiness, type Span } from "./business.ts";
import { type Criterion, GROUPS, judged, unmeasured, type Wanted } from "./criterion.ts";
import { judgeHosts } from "./hosts.ts";
import type { Looks } from "./look.ts";
import { promisesOf } from "./promises.ts";
import { judgeShips, type Visits } from "./ships.ts";
import { judgeAlertPath, judgeUptime, type Seen, seenByProbes } from "./uptime.ts";

/** Everything the criteria are held against, besides what was just looked at. */
export interface Ground {
  /** The plan that put the ships up. */
  readonly plan: Plan;
  /** Plans carried out on the same hosts since. */
  readonly later: readonly Plan[];
  readonly ships: readonly ShipTarget[];
  readonly visits: Visits;
  readonly span: Span;
  /** What Slipway itself has seen of each ship before, where nothing else watches. */
  readonly own: readonly Seen[];
  /** The run's handoff, where it is written; null where it is not yet. */
  readonly runbook: { readonly file: string; readonly commands: number } | null;
  readonly now: number;
}

/** The seed's success criteria, each held against what was seen. Pure. */
export function judge(looks: Looks, ground: Ground): readonly Criterion[] {
  const { plan, later, ships, visits, span, now } = ground;
  const promises = promisesOf([plan, ...later]);
  const names = ships.map(({ name }) => name);
  const probes = looks.watch === null ? [] : seenByProbes(looks.watch.answers);
  const [seen, from] =
    looks.watch !== null && probes.length > 0
      ? ([probes, { source: "the probes of the monitoring host", sighting: looks.watch.sighting }] as const)
      : ([ground.own, { source: "Slipway's own looks", sighting: null }] as const);
  const all: readonly Criterion[] = [
    ...judgeShips(looks.hosts, ships, visits, promises),
    judgeUptime(seen, from, names, now, promises),
    ...judgeHosts(looks.hosts, promises),
    judgeAlertPath(looks.watch, promises),
    runbook(ground),
    TRAINING,
    ...judgeBusiness(plan, span, now),
  ];
  return GROUPS.flatMap((group) => all.filter((criterion) => criterion.group === group));
}

function runbook({ runbook }: Ground): Criterion {
  const wanted: Wanted = {
    id: "runbook",
    group: "Operation",
    title: "Runbook documented",
    wanted: "a runbook of what is there, its commands as they are typed",
    promised: true,
  };
  if (runbook === null) return unmeasured(wanted, "it is written when the run is over");
  return judged(wanted, runbook.commands > 0, `${runbook.file}, ${runbook.commands} commands`, null);
}

/** Nothing a machine can see. */
const TRAINING: Criterion = unmeasured(
  {
    id: "training",
    group: "Operation",
    title: "Team trained",
    wanted: "each operator has done the exercises of the training page",
    promised: false,
  },
  "only a person can attest it",
);
