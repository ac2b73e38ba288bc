import { shellQuote } from "../../../base/quote.ts";
import type { HandoffFacts } from "../facts.ts";
import { draft, type RunbookCommand } from "./command.ts";

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
