import { configuration, ok } from "../../base/outcome.ts";
import { check, done, hostOf, UNASSIGNED } from "../lib.ts";
import type { Step, StepTarget } from "../step.ts";
import { ASSESSED, assess } from "./thresholds.ts";

/** A host nobody has named yet must be there before it can be looked at: ordered by an earlier step, or yours. */
function arrival(target: StepTarget): readonly string[] {
  const { name, address } = hostOf(target);
  if (address !== UNASSIGNED) return [];
  return [target.plan.platform === "vps" ? `server ${name}` : `given: ${name}, reachable by SSH`];
}

/** P1 of deploy-planet: the host's facts, each held against its threshold. Changes nothing. */
export const assessHost: Step = {
  kind: "assess-host",
  specialist: "lead",
  scope: "host",
  effect: () => "reversible",
  describe: (target) => ({
    purpose: `Assess ${hostOf(target).name} for ${target.shipsOnHost.length} ship(s)`,
    inputs: ["placement", ...arrival(target)],
    outputs: [`facts of ${hostOf(target).name}`],
    checks: [...ASSESSED],
    commands: ["uname -m; cat /etc/os-release; df -P /var/lib; ss -lntuH; timedatectl"],
    minutes: { low: 0, high: 1 },
    risk: {
      level: "low",
      what: "the host is too small or cannot be reached",
      answer: "it is found here, before anything is changed",
    },
  }),
  apply: async ({ machine, target }) => {
    const facts = await machine.facts();
    if (!facts.ok) return facts;
    const findings = assess(facts.value.value, target.shipsOnHost);
    const failed = findings.find((item) => item.verdict === "fail");
    if (failed !== undefined) {
      return configuration(failed.code, `${machine.name}: ${failed.check} does not hold`, failed.next, failed.detail);
    }
    const warnings = findings.filter((item) => item.verdict === "warn").map((item) => `${item.check}: ${item.detail}`);
    const { os, osVersion, arch, virtualization } = facts.value.value;
    const text = `${machine.name} assessed: ${os} ${osVersion} ${arch}${warnings.length > 0 ? `; ${warnings.length} warning(s)` : ""}`;
    return done(true, [text], { os, osVersion, arch, virtualization, warnings }, [facts.value.sighting]);
  },
  check: async ({ machine, target }) => {
    const facts = await machine.facts();
    if (!facts.ok) return facts;
    const { value, sighting } = facts.value;
    return ok(
      assess(value, target.shipsOnHost).map((item) =>
        check(item.check, item.verdict !== "fail", item.detail, sighting),
      ),
    );
  },
  undo: async () => ok({ undone: true, detail: "nothing was changed", checks: [] }),
};
