import type { Command } from "./command.ts";
import { helpOf, parse } from "./command.ts";
import { EXIT, failWith } from "./exit.ts";
import type { Io } from "./io.ts";

type Load = () => Promise<{ readonly command: Command }>;

/** Every command with its one line of help; a command's code is loaded when it is called. */
export const COMMANDS: Readonly<Record<string, { readonly summary: string; readonly load: Load }>> = {
  "host add": { summary: "name a host you own", load: () => import("./commands/host-add.ts") },
  "host list": { summary: "show the hosts you named", load: () => import("./commands/host-list.ts") },
  "host remove": { summary: "forget a host (touches nothing on it)", load: () => import("./commands/host-remove.ts") },
  "host check": { summary: "assess a host; changes nothing on it", load: () => import("./commands/host-check.ts") },
  "runtime add": { summary: "pin the vere binary and boot pill", load: () => import("./commands/runtime-add.ts") },
  "key check": { summary: "check a keyfile offline", load: () => import("./commands/key-check.ts") },
  plan: { summary: "read a sentence, decide, and plan; touches nothing", load: () => import("./commands/plan.ts") },
  explain: {
    summary: "why a plan is as it is: its decision, its cost, a step",
    load: () => import("./commands/explain.ts"),
  },
  "what-if": { summary: "decide and plan again with something changed", load: () => import("./commands/what-if.ts") },
  diff: { summary: "what differs between two plans", load: () => import("./commands/diff.ts") },
  "brief init": {
    summary: "write a brief to fill in, every field explained",
    load: () => import("./commands/brief-init.ts"),
  },
  "brief schema": { summary: "the JSON Schema of a brief", load: () => import("./commands/brief-schema.ts") },
  launch: { summary: "plan, ask, carry out, report", load: () => import("./commands/launch.ts") },
  "deploy-planet": { summary: "one ship on a host of yours", load: () => import("./commands/deploy-planet.ts") },
  "deploy-vps-planet": { summary: "one ship on a VPS of yours", load: () => import("./commands/deploy-vps-planet.ts") },
  "setup-production": {
    summary: "harden hosts you own, and the ships on them",
    load: () => import("./commands/setup-production.ts"),
  },
  "setup-monitoring": {
    summary: "watch ships on hosts you own, from a host apart",
    load: () => import("./commands/setup-monitoring.ts"),
  },
  fleet: { summary: "every ship as the monitoring host sees it", load: () => import("./commands/fleet.ts") },
  check: {
    summary: "the success criteria of ships, measured; changes nothing",
    load: () => import("./commands/check.ts"),
  },
  audit: { summary: "look at hosts, check by check; changes nothing", load: () => import("./commands/audit.ts") },
  comply: {
    summary: "collect evidence for a framework: evidenced, attested, open",
    load: () => import("./commands/comply.ts"),
  },
  drift: {
    summary: "what differs on hosts from what Slipway last set",
    load: () => import("./commands/drift.ts"),
  },
  attest: { summary: "put a person's word for a control on record", load: () => import("./commands/attest.ts") },
  status: { summary: "what runs, and what each wait waits for", load: () => import("./commands/status.ts") },
  watch: { summary: "follow a run until it ends or waits", load: () => import("./commands/watch.ts") },
  approve: { summary: "open the gate a run waits at", load: () => import("./commands/approve.ts") },
  ack: { summary: "say that an alert's nonce arrived", load: () => import("./commands/ack.ts") },
  reject: { summary: "refuse the gate a run waits at", load: () => import("./commands/reject.ts") },
  pause: { summary: "stop a run after the steps now at work", load: () => import("./commands/pause.ts") },
  resume: { summary: "go on with a paused or stopped run", load: () => import("./commands/resume.ts") },
  cancel: { summary: "end a run, leaving what it made", load: () => import("./commands/cancel.ts") },
  rollback: { summary: "undo what a run made", load: () => import("./commands/rollback.ts") },
  report: { summary: "the report of a run", load: () => import("./commands/report.ts") },
  handoff: {
    summary: "runbook, incident response, training and follow-up of a run",
    load: () => import("./commands/handoff.ts"),
  },
  verify: { summary: "check a run's evidence offline", load: () => import("./commands/verify.ts") },
  ship: { summary: "a ship, its lease and where it runs", load: () => import("./commands/ship.ts") },
  "lease explain": {
    summary: "who holds a ship, why, and how it ends",
    load: () => import("./commands/lease-explain.ts"),
  },
  up: { summary: "start the engine and a worker", load: () => import("./commands/up.ts") },
  down: { summary: "stop them; ships run on", load: () => import("./commands/down.ts") },
  doctor: { summary: "say what is wrong with this installation", load: () => import("./commands/doctor.ts") },
  worker: { summary: "run a worker in the foreground", load: () => import("./commands/worker.ts") },
};

/** Runs one command line and gives its exit code. Never throws for a user's mistake. */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  const [first, second] = argv;
  if (first === undefined || first === "--help" || first === "-h" || first === "help") {
    io.out(overview());
    return EXIT.done;
  }
  if (first === "--version" || first === "-V") {
    io.out(`${await version()}\n`);
    return EXIT.done;
  }
  const pair = second === undefined ? first : `${first} ${second}`;
  const name = pair in COMMANDS ? pair : first;
  const entry = COMMANDS[name];
  if (entry === undefined) {
    const family = Object.keys(COMMANDS).filter((known) => known.startsWith(`${first} `));
    const next = family.length > 0 ? family.map((known) => `slipway ${known}`).join(", ") : didYouMean(first);
    return failWith(
      io,
      { kind: "configuration", code: "usage", what: `there is no command "${pair}"`, next },
      false,
      EXIT.usage,
    );
  }
  const rest = argv.slice(name.split(" ").length);
  const { command } = await entry.load();
  const input = parse(command, rest);
  if (!input.ok) return failWith(io, input.failure, false, EXIT.usage);
  if (input.value.flag("help")) {
    io.out(helpOf(command));
    return EXIT.done;
  }
  return command.run(input.value, io);
}

function overview(): string {
  const rows = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(18)} ${summary}`);
  return [
    "slipway: one sentence about Urbit ships becomes ships that run, with proof",
    "",
    "Usage: slipway COMMAND [options]      slipway COMMAND --help",
    "",
    ...rows,
    "",
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 waiting for approval, 4 infeasible, 5 refused, 130 interrupted",
    "",
  ].join("\n");
}

async function version(): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  const manifest = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return `slipway ${manifest.version}`;
}

function didYouMean(word: string): string {
  const near = Object.keys(COMMANDS).find((name) => name.startsWith(word.slice(0, 3)));
  return near === undefined ? "slipway --help" : `slipway ${near}, or slipway --help`;
}
