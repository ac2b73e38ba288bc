import { ok } from "../../../base/outcome.ts";
import { hostOf } from "../../lib.ts";
import { PLACES } from "./places.ts";
import { described, file, settingStep } from "./setting.ts";
import { full } from "./watched.ts";

const WRITTEN = "the configuration lies ready";

/**
 * What Grafana Alloy needs to carry the ships' own lines to a Loki. Codes and keys are cut out before a line leaves the
 * host. No Debian package brings Alloy or Loki: this file has not been run here, and says so.
 */
export const ALLOY = `// Written by Slipway. UNTESTED: no Loki could be had where this was made. Try it before you rely on it.
loki.source.journal "ships" {
  matches       = "_SYSTEMD_UNIT=~urbit-.*"
  relabel_rules = loki.relabel.ships.rules
  forward_to    = [loki.process.secrets.receiver]
}

loki.relabel "ships" {
  forward_to = []
  rule {
    source_labels = ["__journal__systemd_unit"]
    target_label  = "unit"
  }
  rule {
    source_labels = ["__journal__hostname"]
    target_label  = "host"
  }
}

loki.process "secrets" {
  // A login code has four groups of six letters; a key begins with 0w.
  stage.replace {
    expression = "([a-z]{6}-[a-z]{6}-[a-z]{6}-[a-z]{6}|0w[-~A-Za-z0-9.]{12,})"
    replace    = "(cut)"
  }
  forward_to = [loki.write.store.receiver]
}

loki.write "store" {
  endpoint {
    url = sys.env("LOKI_URL")
  }
}
`;

/** Setup-monitoring 7, as far as it can be had: log shipping as configuration, labelled untested. */
export const setUpLogs = settingStep({
  kind: "set-up-logs",
  specialist: "performance-engineer",
  scope: "monitor",
  topic: null,
  applies: full,
  component: "monitoring: log shipping",
  batch: "logs",
  describe: () =>
    described(
      {
        purpose: "Collect logs in Loki",
        inputs: ["metrics"],
        outputs: ["logs"],
        checks: [WRITTEN],
        commands: [`less ${PLACES.logs}/alloy.config`],
      },
      [1, 10],
      ["low", "a secret lands in the log store", "+codes and keys are cut out before the line leaves the host"],
    ),
  questions: [],
  packages: () => [],
  wish: async ({ target }) =>
    ok({
      resources: [file(`${PLACES.logs}/alloy.config`, ALLOY)],
      notes: [`log shipping is written down in ${PLACES.logs}/alloy.config, and untested`],
      notSet: [
        `monitoring: Loki on ${hostOf(target).name}: no package of it or of Alloy; the configuration is untested`,
      ],
    }),
  proofs: () => [
    {
      check: WRITTEN,
      question: { id: "written", command: `head -n 1 ${PLACES.logs}/alloy.config` },
      refutes: ({ text }) => (text.includes("UNTESTED") ? null : "it is not there"),
    },
  ],
});
