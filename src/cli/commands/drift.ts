import { desiredOf } from "../../machines/desired.ts";
import type { HostTarget } from "../../machines/inventory.ts";
import type { ResourceRecord } from "../../machines/resources.ts";
import { hostsNamed, saying } from "../auditing.ts";
import { type Command, JSON_OPTION } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import { paint } from "../io.ts";
import { homeOf } from "../site.ts";

export const command: Command = {
  name: "drift",
  summary: "what differs on hosts from what Slipway last set; changes nothing",
  usage: "[HOST…]",
  words: [0, Number.POSITIVE_INFINITY],
  examples: [
    "slipway drift",
    "slipway drift alder --json",
    "slipway drift --timer > /etc/systemd/system/slipway-drift.timer",
  ],
  options: {
    timer: { type: "boolean", about: "print a systemd service and timer that look once a day" },
    json: JSON_OPTION,
  },
  run: async (input, io) => {
    const json = input.flag("json");
    const home = homeOf(io);
    if (input.flag("timer")) {
      io.out(timer(home.root));
      return EXIT.done;
    }
    const hosts = await hostsNamed(home, input.words);
    if (!hosts.ok) return failWith(io, hosts.failure, json, EXIT.usage);
    saying(io, json, `comparing ${hosts.value.map(({ name }) => name).join(", ")} …`);
    const looked = await Promise.all(hosts.value.map((host) => compare(home.desired, host)));
    const unreachable = looked.find((look) => !look.ok);
    if (unreachable !== undefined && !unreachable.ok) return failWith(io, unreachable.failure, json);
    const drifts = looked.flatMap((look) => (look.ok ? [look.value] : []));
    const drifted = drifts.filter(({ differs }) => differs.length > 0);
    if (json) io.out(`${JSON.stringify({ hosts: drifts }, null, 2)}\n`);
    else for (const drift of drifts) io.out(text(io, drift));
    return drifted.length === 0 ? EXIT.done : EXIT.failed;
  },
};

interface Drift {
  readonly host: string;
  /** Settings that were compared; 0 when Slipway never set anything here. */
  readonly compared: number;
  readonly differs: readonly ResourceRecord[];
}

/** One dry run of everything the host was last converged to: one round trip. */
async function compare(folder: string, host: HostTarget) {
  const resources = await desiredOf(folder, host.name);
  if (resources.length === 0) return { ok: true, value: { host: host.name, compared: 0, differs: [] } } as const;
  const { hostMachine } = await import("../../machines/host/open.ts");
  const machine = hostMachine(host);
  try {
    const looked = await machine.converge({ batch: "drift", resources, dryRun: true, revertAfterSeconds: null });
    if (!looked.ok) return looked;
    const differs = looked.value.value.records.filter(({ status }) => status !== "ok");
    return { ok: true, value: { host: host.name, compared: resources.length, differs } } as const;
  } finally {
    await machine.close();
  }
}

function text(io: Parameters<typeof paint>[0], { host, compared, differs }: Drift): string {
  if (compared === 0) return `${paint(io, "bold", host)}: Slipway has set nothing here yet\n`;
  if (differs.length === 0) return `${paint(io, "bold", host)}: ${compared} settings, all as they were set\n`;
  const rows = differs.map(
    ({ id, before, after }) => `  ${paint(io, "red", "✗")} ${id}: ${before}, was set to ${after}\n`,
  );
  return `${paint(io, "bold", host)}: ${differs.length} of ${compared} settings differ\n${rows.join("")}  to set them again: slipway setup-production ${host}, or launch the plan again\n`;
}

function timer(home: string): string {
  return `# /etc/systemd/system/slipway-drift.service
[Service]
Type=oneshot
Environment=SLIPWAY_HOME=${home}
ExecStart=/usr/bin/env slipway drift

# /etc/systemd/system/slipway-drift.timer
[Timer]
OnCalendar=daily
RandomizedDelaySec=30m
Persistent=true

[Install]
WantedBy=timers.target
`;
}
