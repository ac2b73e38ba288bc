import { ok } from "../../base/outcome.ts";
import { readInventory } from "../../machines/inventory.ts";
import { monitoringPlan } from "../../plan/maintenance.ts";
import { carryOut } from "../carry-out.ts";
import { type Command, type Input, usage } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import { MONITOR_OPTIONS, monitorFrom } from "../monitoring.ts";
import { planForTerminal } from "../plan-text.ts";
import { standingSite } from "../standing.ts";
import { LAUNCH_OPTIONS } from "./launch.ts";

const LEVELS = ["standard", "full"] as const;
const { vere: _, pill: __, ...RUN_OPTIONS } = LAUNCH_OPTIONS;

export const command: Command = {
  name: "setup-monitoring",
  summary: "watch ships on hosts you own, from a host apart",
  usage: "HOST…",
  words: [1, Number.POSITIVE_INFINITY],
  examples: [
    "slipway setup-monitoring alder birch --monitor cedar --webhook https://example.org/alerts",
    "slipway setup-monitoring alder --monitor cedar --level full --pagerduty /etc/slipway-secrets/pagerduty --slo 99.9",
  ],
  options: {
    level: { type: "string", value: "LEVEL", about: "standard, or full: also logs, PagerDuty, service levels" },
    slo: { type: "string", value: "PERCENT", about: "the uptime promised; default: 99.9" },
    ...MONITOR_OPTIONS,
    twin: { type: "boolean", about: "on the twin: a rehearsal that touches no host" },
    ...RUN_OPTIONS,
  },
  run: async (input, io) => {
    const json = input.flag("json");
    const wish = wishOf(input);
    if (!wish.ok) return failWith(io, wish.failure, json, EXIT.usage);
    const standing = await standingSite(io, input);
    if (!standing.ok) return failWith(io, standing.failure, json, EXIT.usage);
    const { home, site } = standing.value;
    const inventory = await readInventory(home.hosts);
    if (!inventory.ok) return failWith(io, inventory.failure, json);
    const monitor = await monitorFrom(home, input, inventory.value);
    if (!monitor.ok) return failWith(io, monitor.failure, json, EXIT.usage);
    const plan = monitoringPlan({ ...site, monitor: monitor.value }, wish.value);
    if (!json) io.out(`${planForTerminal(io, plan)}\n`);
    return carryOut(io, home, input, plan);
  },
};

function wishOf(input: Input) {
  const asked = input.text("level") ?? "standard";
  const level = LEVELS.find((known) => known === asked);
  if (level === undefined) return usage(`"${asked}" is no level of monitoring`, `--level ${LEVELS.join("|")}`);
  const slo = input.text("slo");
  const percent = slo === null ? null : Number(slo);
  if (percent !== null && !(percent >= 50 && percent < 100))
    return usage(`--slo takes a percentage from 50 to below 100, not "${slo}"`, "--slo 99.9");
  const promised = { uptimePercent: percent, responseMs: null };
  return ok({ securityLevel: "basic" as const, monitoringLevel: level, compliance: [], slo: promised });
}
