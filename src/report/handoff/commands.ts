import { shellQuote } from "../../base/quote.ts";
import type { HostTarget, ShipTarget } from "../../plan/schema.ts";
import { LAYOUT, shipPaths } from "../../urbit/layout.ts";
import { type HandoffFacts, wasDone } from "./facts.ts";

/** A command of the runbook as it is typed, and what it shows when all is well. */
export interface RunbookCommand {
  readonly id: string;
  readonly section: string;
  /** What one wants to know or do. */
  readonly title: string;
  /** The host it is typed on; null: on the machine Slipway runs on. */
  readonly on: string | null;
  readonly command: string;
  /** What it shows, in words. */
  readonly shows: string;
  /** The same as a regular expression its output matches, line by line. */
  readonly pattern: string;
  /** Exit codes that are no fault. */
  readonly exits: readonly number[];
  readonly changes: boolean;
}

type Draft = Omit<RunbookCommand, "exits" | "changes" | "on" | "section"> & Partial<RunbookCommand>;

const draft =
  (section: string, on: string | null) =>
  (wish: Draft): RunbookCommand => ({
    exits: [0],
    changes: false,
    on,
    section,
    ...wish,
  });

/** Root's own commands need no sudo; anybody else's do. */
function rootOn({ address }: HostTarget): string {
  return /^(ssh:\/\/)?root@/.test(address) ? "" : "sudo ";
}

/** How to log in to a host from here; null where the host is this machine. */
export function loginOf({ address }: HostTarget): string | null {
  return address === "local" || address === "twin" ? null : `ssh ${shellQuote(address)}`;
}

export const SITE = "The fleet";

export function siteCommands(facts: HandoffFacts): readonly RunbookCommand[] {
  const { run, plan, ships, monitor, directory } = facts;
  const here = draft(SITE, null);
  const launchable = ships.length > 0 && plan.ships.every(({ fake }) => fake);
  return [
    here({
      id: "status",
      title: "How the run stands",
      command: `slipway status ${run}`,
      shows: "the run, and that nothing is waited for",
      pattern: run,
    }),
    here({
      id: "check",
      title: "Hold the ships against the success criteria",
      command: `slipway check ${run}`,
      shows: "each criterion, met, not met or not measured; exit code 1 where a promise is not met",
      pattern: "Dojo responsive",
      exits: [0, 1],
    }),
    ...(monitor === null
      ? []
      : [
          here({
            id: "fleet",
            title: "Every ship as the monitoring host sees it",
            command: `slipway fleet --monitor ${monitor.name}`,
            shows: "every ship that is watched, and the alerts that fire",
            pattern: "^\\d+ ship\\(s\\)\\. ",
          }),
        ]),
    here({
      id: "verify",
      title: "Check the record of what was done",
      command: `slipway verify ${run}`,
      shows: "evidence is whole",
      pattern: "^evidence is whole",
    }),
    here({
      id: "report",
      title: "The report, made anew from the record",
      command: `slipway report ${run}`,
      shows: "its title, and every line with its standing",
      pattern: "^# ",
    }),
    ...(launchable
      ? [
          here({
            id: "rollback",
            title: "Take everything back that this run made: the fake ships are removed",
            command: `slipway rollback ${run}`,
            shows: "that it is under way; follow it as below",
            pattern: "roll",
            exits: [0, 1],
            changes: true,
          }),
          here({
            id: "watch",
            title: "Follow the run until it rests",
            command: `slipway watch ${run}`,
            shows: "its report; exit code 1 once it was rolled back",
            pattern: "^# (Deployment|Rehearsal) ",
            exits: [0, 1],
          }),
          here({
            id: "launch",
            title: "Put everything up again as it was approved; where all stands, this changes nothing",
            command: `slipway launch --plan ${shellQuote(`${directory}/plan.json`)} --yes`,
            shows: "Deployment Complete",
            pattern: "Deployment Complete",
            changes: true,
          }),
        ]
      : []),
  ];
}

export function hostCommands(facts: HandoffFacts, host: HostTarget): readonly RunbookCommand[] {
  const { name } = host;
  const root = rootOn(host);
  const there = draft(name, name);
  const here = draft(name, null);
  const units = facts.ships.filter((ship) => ship.host === name).map((ship) => shipPaths(ship.name).unit);
  const lacks = (control: RegExp) => facts.notSetUp.some((line) => control.test(line) && line.includes(name));
  const hardened = wasDone(facts, "harden-host", name);
  return [
    there({
      id: `units ${name}`,
      title: "Its ships, and whether they run",
      command: "systemctl list-units --all --no-pager --no-legend --plain 'urbit-*.service'",
      shows: `${units.join(", ")}: loaded active running`,
      pattern: units.map((unit) => `${unit.replaceAll(".", "\\.")} +loaded +active +running`).join("[\\s\\S]*"),
    }),
    there({
      id: `disk ${name}`,
      title: "Room for the event logs",
      command: `df -h ${LAYOUT.home}`,
      shows: "how full the disk is; act above 85 %",
      pattern: "\\d+%",
    }),
    there({
      id: `memory ${name}`,
      title: "Memory",
      command: "free -m",
      shows: "what is available, in MB",
      pattern: "^Mem:",
    }),
    there({
      id: `firewall ${name}`,
      title: "The firewall as it is now",
      command: `${root}nft list ruleset`,
      shows: "a chain for inbound traffic with policy drop",
      pattern: "hook input .*policy drop",
    }),
    ...(hardened
      ? [
          there({
            id: `sshd ${name}`,
            title: "What SSH lets in",
            command: `${root}sshd -T`,
            shows: "passwordauthentication no",
            pattern: "^passwordauthentication no$",
          }),
        ]
      : []),
    ...(hardened && facts.plan.controls.includes("fail2ban") && !lacks(/fail2ban/)
      ? [
          there({
            id: `bans ${name}`,
            title: "Addresses that were banned",
            command: `${root}fail2ban-client status sshd`,
            shows: "the jail and its banned addresses",
            pattern: "Status for the jail: sshd",
          }),
        ]
      : []),
    here({
      id: `assess ${name}`,
      title: "Whether it can be reached and is fit for ships",
      command: `slipway host check ${name}`,
      shows: "its system, and what is wrong with it",
      pattern: "operating system is supported",
      exits: [0, 1],
    }),
    here({
      id: `audit ${name}`,
      title: "Look at it, check by check",
      command: `slipway audit ${name}`,
      shows: "what is not as it should be, and how many checks are; exit code 1 where one is not",
      pattern: "\\d+ shown",
      exits: [0, 1],
    }),
    here({
      id: `drift ${name}`,
      title: "What differs from how it was set",
      command: `slipway drift ${name}`,
      shows: "all as they were set, or what differs",
      pattern: "settings",
      exits: [0, 1],
    }),
  ];
}

/** The first port of this machine that a ship's web page is opened on; each ship has its own, whatever its host's is. */
const NEAR = 18_080;

/** `index`: of the ship among all that stand. */
export function shipCommands(host: HostTarget, ship: ShipTarget, index: number): readonly RunbookCommand[] {
  const { name, amesPort, httpPort } = ship;
  const root = rootOn(host);
  const { bare, unit, pier, fence } = shipPaths(name);
  const there = draft(name, host.name);
  const here = draft(name, null);
  const login = loginOf(host);
  const near = NEAR + (index % 40_000);
  return [
    there({
      id: `state ${name}`,
      title: "Whether it runs",
      command: `systemctl status --no-pager --lines=0 ${unit}`,
      shows: "Active: active (running)",
      pattern: "Active: active \\(running\\)",
    }),
    there({
      id: `log ${name}`,
      title: "What it says",
      command: `${root}journalctl --no-pager -u ${unit} -n 200`,
      shows: "its last lines; after a start: pier (EVENT): live",
      pattern: "pier \\([0-9.]+\\): live",
    }),
    there({
      id: `web ${name}`,
      title: "Whether its web server answers",
      command: `curl -s -o /dev/null -w '%{http_code}\\n' http://127.0.0.1:${httpPort}/~_~/healthz`,
      shows: "204; 429 while a long event keeps it busy",
      pattern: "^(204|429)$",
    }),
    there({
      id: `ames ${name}`,
      title: "Whether its own UDP port is bound",
      command: `ss -Hlun 'sport = :${amesPort}'`,
      shows: `a socket on port ${amesPort}`,
      pattern: `:${amesPort}\\b`,
    }),
    there({
      id: `fence ${name}`,
      title: "Its right to run here, as the host keeps it",
      command: `${root}cat ${fence}`,
      shows: "held=yes and the token",
      pattern: "^held=yes$",
    }),
    there({
      id: `size ${name}`,
      title: "How much its pier takes",
      command: `${root}du -sh ${pier}`,
      shows: "the size of the pier",
      pattern: `${pier}$`,
    }),
    here({
      id: `ship ${name}`,
      title: "Where it runs by the lease, and its last event seen",
      command: `slipway ship ${name}`,
      shows: `runs on ${host.name}`,
      pattern: `runs on ${host.name} `,
    }),
    here({
      id: `lease ${name}`,
      title: "Who may run it, why, and how that ends",
      command: `slipway lease explain ${name}`,
      shows: `${name} is held by ${host.name}`,
      pattern: `is held by ${host.name} `,
    }),
    ...(login === null
      ? []
      : [
          here({
            id: `open ${name}`,
            title: `Open its web page: http://localhost:${near} for ten minutes`,
            command: `${login.replace(/^ssh /, `ssh -f -o ExitOnForwardFailure=yes -L ${near}:127.0.0.1:${httpPort} `)} sleep 600`,
            shows: "nothing; the page is open",
            pattern: "^$",
          }),
        ]),
    there({
      id: `restart ${name}`,
      title: "Restart it: it writes its snapshot first, which may take minutes",
      command: `${root}systemctl restart ${unit}`,
      shows: `nothing; then look at the state of ${bare}`,
      pattern: "^$",
      changes: true,
    }),
    there({
      id: `stop ${name}`,
      title: "Stop it, gracefully",
      command: `${root}systemctl stop ${unit}`,
      shows: "nothing",
      pattern: "^$",
      changes: true,
    }),
    there({
      id: `stopped ${name}`,
      title: "Whether it is stopped",
      command: `systemctl show -p ActiveState --value ${unit}`,
      shows: "inactive once it is stopped, active while it runs",
      pattern: "^(in)?active$",
    }),
    there({
      id: `start ${name}`,
      title: "Start it, under its lease",
      command: `${root}systemctl start ${unit}`,
      shows: "nothing; refused without the current token",
      pattern: "^$",
      changes: true,
    }),
  ];
}

const WATCHERS = ["slipway-prometheus", "slipway-alertmanager", "slipway-blackbox-exporter"] as const;

export function monitorCommands(facts: HandoffFacts): readonly RunbookCommand[] {
  const { monitor } = facts;
  if (monitor === null) return [];
  const there = draft(`Monitoring on ${monitor.name}`, monitor.name);
  const alerts = wasDone(facts, "set-up-alerts");
  const units = WATCHERS.filter((unit) => alerts || unit !== "slipway-alertmanager");
  return [
    there({
      id: "watchers",
      title: "Whether what watches runs",
      command: `systemctl is-active ${units.join(" ")}`,
      shows: `active, ${units.length} times`,
      pattern: `^${units.map(() => "active").join("\\n")}$`,
    }),
    there({
      id: "targets",
      title: "What cannot be heard of",
      command: "curl -fsS --get http://127.0.0.1:9090/api/v1/query --data-urlencode 'query=up == 0'",
      shows: "an empty result where everything is heard of",
      pattern: '"status":"success"',
    }),
    ...(alerts
      ? [
          there({
            id: "firing",
            title: "Alerts that fire now",
            command: "curl -fsS http://127.0.0.1:9093/api/v2/alerts",
            shows: "a list, empty when all is well",
            pattern: "^\\[",
          }),
        ]
      : []),
  ];
}
