import { ok } from "../../../base/outcome.ts";
import { alertmanagerConfig, secretsOf } from "./config.ts";
import { PLACES, PORTS } from "./places.ts";
import { alertFile } from "./rules.ts";
import { described, file, type Proof, running, said, settingStep } from "./setting.ts";
import { alertmanagerUnit } from "./units.ts";
import { full, watched } from "./watched.ts";

const RULES = "promtool finds nothing wrong with the alerting rules";
const ROUTES = "amtool finds nothing wrong with the routes, and somebody is told";
const TOLD = "Prometheus has an Alertmanager";
/** Set by this version on this host when Prometheus stands. */
export const STANDS = { id: "stands", command: "[ -f /etc/systemd/system/slipway-prometheus.service ] && echo yes" };

/** Setup-monitoring 8: the alerts, and who is told of them. */
export const setUpAlerts = settingStep({
  kind: "set-up-alerts",
  specialist: "performance-engineer",
  scope: "monitor",
  topic: null,
  applies: watched,
  component: "monitoring: alerts",
  batch: "alerts",
  describe: (target) =>
    described(
      {
        purpose: full(target)
          ? "Route alerts to PagerDuty by severity"
          : "Set up alerts: down, loom, disk, certificate, backup",
        inputs: ["metrics"],
        outputs: ["alert routes"],
        checks: [RULES, ROUTES, TOLD],
        commands: ["systemctl enable --now slipway-alertmanager", `amtool check-config ${PLACES.alertmanager}`],
      },
      [2, 30],
      ["medium", "an alert nobody gets", "its delivery is proved by an answer, not by an inbox"],
    ),
  questions: [STANDS],
  packages: () => [],
  wish: async ({ machine, target }, view) => {
    const { stringify } = await import("yaml");
    const { monitor } = target.plan;
    if (monitor === null || (said(view.answers, "stands") === "" && !machine.rehearsal)) {
      return ok({
        resources: [],
        notes: [],
        notSet: [`monitoring: alerts on ${machine.name}: Prometheus is not set up here`],
      });
    }
    const nobody = monitor.receivers.length === 0;
    const pager = monitor.receivers.some(({ kind }) => kind === "pagerduty");
    return ok({
      resources: [
        file(`${PLACES.rules}/alerts.yml`, stringify(alertFile(monitor.pace))),
        file(PLACES.alertmanager, stringify(alertmanagerConfig(monitor))),
        running("slipway-alertmanager.service", alertmanagerUnit(secretsOf(monitor.receivers))),
      ],
      notes: monitor.receivers.map((receiver) => `${receiver.kind} is told of alerts`),
      notSet: [
        ...(nobody
          ? [`monitoring: somebody who is told, on ${machine.name}: name one with --webhook, --pagerduty or --email`]
          : []),
        ...(full(target) && !pager
          ? [`monitoring: PagerDuty on ${machine.name}: no file with its routing key was named`]
          : []),
      ],
    });
  },
  proofs: ({ target }): readonly Proof[] => [
    {
      check: RULES,
      question: { id: "rules", command: `promtool check rules ${PLACES.rules}/alerts.yml 2>&1` },
      refutes: ({ exit, text }) => (exit === 0 ? null : text.split("\n").slice(-3).join(" ")),
    },
    {
      check: ROUTES,
      question: { id: "routes", command: `amtool check-config ${PLACES.alertmanager} 2>&1` },
      refutes: ({ exit, text }) => {
        if (exit !== 0) return text.split("\n").slice(-3).join(" ");
        return target.plan.monitor === null ? "nobody is told" : null;
      },
    },
    {
      check: TOLD,
      question: {
        id: "told",
        command: `for try in 1 2 3 4 5 6 7 8; do curl -fsS --max-time 5 http://127.0.0.1:${PORTS.alertmanager}/-/ready && curl -fsS --max-time 5 http://127.0.0.1:${PORTS.prometheus}/api/v1/alertmanagers | grep -q ':${PORTS.alertmanager}/' && exit; sleep 2; done; exit 1`,
      },
      refutes: ({ exit }) => (exit === 0 ? null : "it does not find one"),
    },
  ],
});
