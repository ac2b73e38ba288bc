import type { RunbookCommand } from "./commands/command.ts";
import type { HandoffFacts } from "./facts.ts";
import { commandLine, type Runbook } from "./runbook.ts";

interface Exercise {
  readonly title: string;
  readonly why: string;
  /** Ids of the runbook's commands, in order. */
  readonly commands: readonly string[];
}

const QUESTIONS: readonly (readonly [question: string, answer: string])[] = [
  [
    "A host has been silent for an hour. May its ships be started elsewhere?",
    "No: a silent host may still run them. Two writers break a ship's identity for good.",
  ],
  [
    "A pier was restored from last week's copy. May it be started?",
    "Not a live ship's: its older copy has forgotten what it told the network.",
  ],
  ["How long may a stop take?", "Minutes: the ship writes its snapshot. It is not killed meanwhile."],
  [
    "What does a unit that rests with start-refused want?",
    "Its lease: slipway lease explain names who holds the ship. It is not started by hand.",
  ],
  ["What may be deleted under .urb/log?", "Nothing. The event log is the ship."],
];

/** Exercises on this very fleet, in an order that leaves it as it was. Null where no ship stands. */
export function exercises({ ships }: HandoffFacts): readonly Exercise[] {
  const order = ["dev", "staging", "production"];
  const ship = ships.toSorted((a, b) => order.indexOf(a.environment) - order.indexOf(b.environment))[0];
  if (ship === undefined) return [];
  const { name, host, fake } = ship;
  return [
    {
      title: "See the fleet",
      why: "where everything runs, and how it stands",
      commands: ["status", "check", `units ${host}`],
    },
    {
      title: `See one ship: ${name}`,
      why: "its state, its words, its ports",
      commands: [`state ${name}`, `log ${name}`, `web ${name}`, `ames ${name}`],
    },
    {
      title: "Explain a lease",
      why: "who may run a ship is the first question of most incidents",
      commands: [`ship ${name}`, `lease ${name}`, `fence ${name}`],
    },
    ...(fake
      ? [
          {
            title: `Stop ${name} and start it again`,
            why: "it is a fake ship: nobody on the network misses it",
            commands: [`stop ${name}`, `stopped ${name}`, `start ${name}`, `state ${name}`],
          },
        ]
      : []),
    {
      title: "Look at a host",
      why: "what is as it was set, and what is not",
      commands: [`audit ${host}`, `drift ${host}`, `disk ${host}`],
    },
    { title: "Check the record", why: "what was done can be shown to others", commands: ["verify"] },
  ];
}

export function trainingMarkdown(facts: HandoffFacts, { commands }: Runbook): string {
  const byId = new Map<string, RunbookCommand>(commands.map((command) => [command.id, command]));
  const lines = [
    "# Training for operators",
    "",
    `On the ships of run ${facts.run}${facts.rehearsal ? ", a rehearsal: none of it exists outside the twin" : ""}. Each exercise is done by every operator; its commands are those of runbook.md. That somebody has done them is for that person to say: a machine cannot.`,
  ];
  const all = exercises(facts);
  if (all.length === 0) lines.push("", "No ship of this run stands: there is nothing to practise on.");
  for (const [index, { title, why, commands: ids }] of all.entries()) {
    lines.push("", `## ${index + 1}. ${title}`, "", `Why: ${why}.`);
    for (const id of ids) {
      const command = byId.get(id);
      if (command === undefined) continue;
      const where = command.on === null ? "" : `On ${command.on}: `;
      lines.push(...commandLine({ ...command, title: `${where}${command.title}` }));
    }
  }
  lines.push("", "## Questions", ...QUESTIONS.flatMap(([question, answer]) => ["", `**${question}**`, "", answer]));
  return `${lines.join("\n")}\n`;
}
