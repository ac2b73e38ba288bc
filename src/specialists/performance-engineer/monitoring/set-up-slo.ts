import { ok } from "../../../base/outcome.ts";
import { PLACES } from "./places.ts";
import { sloFile } from "./rules.ts";
import { STANDS } from "./set-up-alerts.ts";
import { described, file, said, settingStep } from "./setting.ts";
import { full } from "./watched.ts";

/** What is promised where nobody said: the seed's own figure. */
const USUAL_PERCENT = 99.9;
const RULES = "promtool finds nothing wrong with the burn-rate rules";

/** Setup-monitoring 10: the service level by burn rate over several windows, from probes on another machine. */
export const setUpSlo = settingStep({
  kind: "set-up-slo",
  specialist: "performance-engineer",
  scope: "monitor",
  topic: null,
  applies: full,
  component: "monitoring: service levels",
  batch: "slo",
  describe: ({ plan }) =>
    described(
      {
        purpose: `Watch the service level${plan.slo.uptimePercent === null ? "" : ` of ${plan.slo.uptimePercent} %`} by burn rate, from outside`,
        inputs: ["metrics"],
        outputs: ["service levels"],
        checks: [RULES],
        commands: [`promtool check rules ${PLACES.rules}/slo.yml`],
      },
      [1, 30],
      ["low", "the objective counts the host's uptime for the ship's", "it is measured by a probe from outside"],
    ),
  questions: [STANDS],
  packages: () => [],
  wish: async ({ machine, target: { plan } }, view) => {
    const { stringify } = await import("yaml");
    if (said(view.answers, "stands") === "" && !machine.rehearsal) {
      const notSet = [`monitoring: service levels on ${machine.name}: Prometheus is not set up here`];
      return ok({ resources: [], notes: [], notSet });
    }
    const objective = plan.slo.uptimePercent ?? USUAL_PERCENT;
    return ok({
      resources: [file(`${PLACES.rules}/slo.yml`, stringify(sloFile(objective, plan.monitor?.pace ?? 1)))],
      notes: [`objective ${objective} %: observation window day 0 of 30`],
      notSet: [],
    });
  },
  proofs: () => [
    {
      check: RULES,
      question: { id: "rules", command: `promtool check rules ${PLACES.rules}/slo.yml 2>&1` },
      refutes: ({ exit, text }) => (exit === 0 ? null : text.split("\n").slice(-3).join(" ")),
    },
  ],
});
