import { configuration, type Outcome, ok } from "../../base/outcome.ts";
import type { Facts, Seen } from "../../machines/machine.ts";
import { check, done, hostOf, isAwaited, TO_ORDER } from "../lib.ts";
import type { Step, StepContext, StepTarget, Undone } from "../step.ts";
import { ASSESSED, assess } from "./thresholds.ts";

/** A host nobody has named yet must be there before it can be looked at: ordered by an earlier step, or yours. */
function arrival(target: StepTarget): readonly string[] {
  const host = hostOf(target);
  if (!isAwaited(host)) return [];
  return [host.address === TO_ORDER ? `server ${host.name}` : `given: ${host.name}, reachable by SSH`];
}

const SEEN = new WeakMap<StepContext, Seen<Facts>>();

/** Digits of a digest that are put on record: enough to tell two apart, short enough to read. */
const SHORT = 12;

/**
 * P1 of deploy-planet: the host's facts, each held against its threshold. Changes nothing itself; being the first to see
 * the host, it notes how it was found, and being the last to be undone, it compares.
 */
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
  apply: async (context) => {
    const { machine, target } = context;
    const facts = await factsOf(context);
    if (!facts.ok) return facts;
    const findings = assess(facts.value.value, target.shipsOnHost);
    const failed = findings.find((item) => item.verdict === "fail");
    if (failed !== undefined) {
      return configuration(failed.code, `${machine.name}: ${failed.check} does not hold`, failed.next, failed.detail);
    }
    const state = await machine.fingerprint();
    if (!state.ok) return state;
    const found = shortened(state.value.value);
    const warnings = findings.filter((item) => item.verdict === "warn").map((item) => `${item.check}: ${item.detail}`);
    const { os, osVersion, arch, virtualization } = facts.value.value;
    const text = `${machine.name} assessed: ${os} ${osVersion} ${arch}${warnings.length > 0 ? `; ${warnings.length} warning(s)` : ""}`;
    return done(true, [text], { os, osVersion, arch, virtualization, warnings, found }, [
      facts.value.sighting,
      state.value.sighting,
    ]);
  },
  check: async (context) => {
    const facts = await factsOf(context);
    if (!facts.ok) return facts;
    const { value, sighting } = facts.value;
    return ok(
      assess(value, context.target.shipsOnHost).map((item) =>
        check(item.check, item.verdict !== "fail", item.detail, sighting),
      ),
    );
  },
  undo: leftAsFound,
};

/** A step that changes nothing has fresh eyes from beginning to end: it asks once. */
async function factsOf(context: StepContext): Promise<Outcome<Seen<Facts>>> {
  const known = SEEN.get(context);
  if (known !== undefined) return ok(known);
  const facts = await context.machine.facts();
  if (facts.ok) SEEN.set(context, facts.value);
  return facts;
}

/** Every part of the host's state, then and now. What differs is said, whoever changed it. */
async function leftAsFound({ machine, recorded }: StepContext): Promise<Outcome<Undone>> {
  const found = (await recorded())?.found as Readonly<Record<string, string>> | undefined;
  if (found === undefined) return ok({ undone: true, detail: "nothing was changed", checks: [] });
  const state = await machine.fingerprint();
  if (!state.ok) return state;
  const now = shortened(state.value.value);
  const checks = Object.entries(found).map(([part, digest]) =>
    check(`${part} as found`, now[part] === digest, `${digest} before, ${now[part]} after`, state.value.sighting),
  );
  const other = Object.keys(found).filter((part) => now[part] !== found[part]);
  const detail =
    other.length === 0
      ? `${machine.name} is as it was found: ${Object.keys(found).join(", ")}`
      : `${machine.name} is not as it was found: ${other.join(", ")} differ`;
  return ok({ undone: other.length === 0, detail, checks });
}

function shortened(digests: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(digests).map(([part, digest]) => [part, digest.slice(0, SHORT)]));
}
