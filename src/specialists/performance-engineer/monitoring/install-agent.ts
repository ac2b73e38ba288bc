import { sha256 } from "../../../base/canonical.ts";
import { type Outcome, ok } from "../../../base/outcome.ts";
import { LAYOUT } from "../../../urbit/layout.ts";

import { agentBundle } from "./bundle.ts";
import { PLACES, PORTS } from "./places.ts";
import {
  asides,
  described,
  directory,
  file,
  type Proof,
  running,
  said,
  settingStep,
  type View,
  type Wish,
} from "./setting.ts";
import { agentUnit, nodeExporterUnit } from "./units.ts";
import { watched } from "./watched.ts";

const SHOWN = "every ship of the host is shown";
const CLOSED = "no port of it is open to the world";
const OLDEST_NODE = 18;

/** Reads /metrics with the host's own Node; waits for the agent's first breath. */
const METRICS = `for try in 1 2 3 4 5 6 7 8 9 10; do
  node -e 'require("http").get("http://127.0.0.1:${PORTS.agent}/metrics",(r)=>r.pipe(process.stdout)).on("error",()=>process.exit(7))' && exit
  sleep 0.5
done; exit 7`;
const PIERS = `for pier in ${LAYOUT.home}/*/.urb; do [ -d "$pier" ] && basename "$(dirname "$pier")"; done; :`;

/** Setup-monitoring 2 and 3: the exporters of one host, for its ships and for itself, on loopback. */
export const installAgent = settingStep({
  kind: "install-agent",
  specialist: "performance-engineer",
  scope: "host",
  topic: null,
  applies: watched,
  component: "monitoring: exporters",
  batch: "agent",
  describe: (target) =>
    described(
      {
        purpose: `Monitoring of ${target.host?.name ?? "the ships' hosts"}: exporters for the host and its ships`,
        inputs: [
          target.plan.intent === "monitor" ? "targets" : `baseline of ${target.host?.name ?? "the ships' hosts"}`,
        ],
        outputs: [`agent of ${target.host?.name ?? "the ships' hosts"}`, "agents"],
        checks: [SHOWN, CLOSED],
        commands: ["apt-get install nodejs prometheus-node-exporter", "systemctl enable --now slipway-agent"],
      },
      [2, 20],
      ["low", "measuring slows the ships", "the agent's own share of processor and memory is measured and bounded"],
    ),
  questions: [
    { id: "node", command: "node --version && command -v node" },
    {
      id: "foreign",
      command: `systemctl -q is-active slipway-node-exporter || ss -Hltn 'sport = :${PORTS.node}'`,
    },
  ],
  packages: (view) => [
    ...(nodeOf(view) === null ? ["nodejs"] : []),
    ...(hasOwnExporter(view) ? [] : ["prometheus-node-exporter"]),
  ],
  wish: async (_context, view): Promise<Outcome<Wish>> => {
    const bundle = await agentBundle();
    const own = hasOwnExporter(view);
    const node = nodeOf(view) ?? "/usr/bin/node";
    return ok({
      resources: [
        ...(own ? [] : asides(["prometheus-node-exporter"])),
        { kind: "user", id: `user ${LAYOUT.user}`, name: LAYOUT.user, home: LAYOUT.home, shell: "/usr/sbin/nologin" },
        directory("/opt/slipway"),
        directory(PLACES.agentDirectory),
        file(PLACES.agentFile, bundle),
        directory("/var/lib/slipway-agent"),
        directory(PLACES.backups),
        running("slipway-agent.service", agentUnit(node, sha256(bundle))),
        ...(own ? [] : [running("slipway-node-exporter.service", nodeExporterUnit("prometheus"))]),
      ],
      notes: own ? [`port ${PORTS.node} is served already: the host's own node exporter stays`] : [],
      notSet: [],
    });
  },
  proofs: (_context, view): readonly Proof[] => [
    {
      check: SHOWN,
      question: { id: "shown", command: `${PIERS}; echo --; ${METRICS}` },
      refutes: ({ text }) => missingShips(text),
    },
    {
      check: CLOSED,
      question: {
        id: "closed",
        command: `ss -Hltn '( sport = :${PORTS.agent} or sport = :${PORTS.node} )' | awk '{ print $4 }'`,
      },
      refutes: ({ text }) => {
        const ours = (line: string) => !hasOwnExporter(view) || !line.endsWith(`:${PORTS.node}`);
        const open = text.split("\n").filter((line) => line !== "" && ours(line) && !line.startsWith("127."));
        return open.length === 0 ? null : open.join(", ");
      },
    },
  ],
});

/** Names of piers that /metrics does not show, or null. The piers come first, then `--`, then what was scraped. */
function missingShips(text: string): string | null {
  const [piers = "", metrics = ""] = text.split(/^--$/m);
  if (!metrics.includes("# EOF")) return "the agent does not answer";
  const missing = piers
    .split("\n")
    .filter((name) => name !== "" && !metrics.includes(`urbit_ship_up{ship="~${name}"}`));
  return missing.length === 0 ? null : `not shown: ${missing.join(", ")}`;
}

/** Path of a Node that is new enough, or null. */
function nodeOf({ answers }: View): string | null {
  const [version = "", path = ""] = said(answers, "node").split("\n");
  return Number(/^v(\d+)\./.exec(version)?.[1] ?? 0) >= OLDEST_NODE && path.startsWith("/") ? path : null;
}

/** Port 9100 was served before us: somebody's own exporter, which stays. */
function hasOwnExporter({ answers }: View): boolean {
  return said(answers, "foreign") !== "";
}
