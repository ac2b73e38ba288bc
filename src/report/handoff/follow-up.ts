import type { HandoffFacts } from "./facts.ts";

/** Something to be done after the hand-over, on a day or on several. */
export interface FollowUp {
  readonly id: string;
  readonly title: string;
  /** Days after the hand-over of its first time. */
  readonly day: number;
  /** Every so many days, so many times. */
  readonly every: number;
  readonly times: number;
  /** What is typed, where something is. */
  readonly commands: readonly string[];
}

/** The 30 days after a hand-over, and the first review behind them. */
export function followUps({ run, plan, ships, monitor, hosts }: FollowUpFacts): readonly FollowUp[] {
  if (ships.length === 0) return [];
  const names = hosts.map(({ name }) => name).join(" ");
  const daily =
    monitor === null ? [`slipway check ${run}`] : [`slipway fleet --monitor ${monitor.name}`, `slipway check ${run}`];
  const once = { every: 1, times: 1 };
  return [
    { id: "daily", title: "Look at the ships", day: 1, every: 1, times: 30, commands: daily },
    {
      id: "weekly",
      title: "Look at the hosts",
      day: 7,
      every: 7,
      times: 4,
      commands: [`slipway drift ${names}`, `slipway audit ${names}`],
    },
    { id: "training", title: "Each operator has done the exercises of training.md", day: 7, ...once, commands: [] },
    { id: "drill", title: "One incident of incident-response.md played through", day: 14, ...once, commands: [] },
    {
      id: "month",
      title: "The 30-day window of the uptime is over: take its measure",
      day: 30,
      ...once,
      commands: [`slipway check ${run}`, `slipway verify ${run}`],
    },
    {
      id: "review",
      title: "Monthly review: what was slow, what was full, what was not set up",
      day: 30,
      every: 30,
      times: 3,
      commands: [`slipway audit ${names}`],
    },
    ...plan.compliance.map((framework) => ({
      id: `evidence-${framework}`,
      title: `Collect evidence for ${framework} anew`,
      day: 90,
      ...once,
      commands: [`slipway comply ${run} --framework ${framework} --out packet-${framework}`],
    })),
  ];
}

type FollowUpFacts = Pick<HandoffFacts, "run" | "plan" | "ships" | "monitor" | "hosts" | "at">;

const DAY_MS = 86_400_000;

/** The calendar day so many days after an instant, `YYYY-MM-DD`. */
export function dayAfter(at: string, days: number): string {
  return new Date(Date.parse(at) + days * DAY_MS).toISOString().slice(0, 10);
}

export function followUpMarkdown(facts: FollowUpFacts): string {
  const { run, at } = facts;
  const rows = followUps(facts)
    .toSorted((a, b) => a.day - b.day)
    .flatMap(({ title, day, every, times, commands }) => {
      const last = dayAfter(at, day + every * (times - 1));
      const when =
        times === 1
          ? dayAfter(at, day)
          : `${dayAfter(at, day)} to ${last}, every ${every === 1 ? "day" : `${every} days`}`;
      return ["", `## ${when}: ${title}`, ...commands.flatMap((command) => ["", `    ${command}`])];
    });
  const none = rows.length > 0 ? [] : ["", "No ship of this run stands: there is nothing to follow up."];
  return `${["# Follow-up", "", `Of run ${run}, handed over ${at.slice(0, 10)}. The same as a calendar: follow-up.ics.`, ...none, ...rows].join("\n")}\n`;
}
