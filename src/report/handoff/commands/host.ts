import type { HostTarget } from "../../../plan/schema.ts";
import { LAYOUT, shipPaths } from "../../../urbit/layout.ts";
import { type HandoffFacts, wasDone } from "../facts.ts";
import { draft, type RunbookCommand, rootOn } from "./command.ts";

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
