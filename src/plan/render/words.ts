import type { Phase, Plan, PlanStep } from "../schema.ts";

/** Steps of one kind in a phase, shown as one where they are many. */
export interface StepGroup {
  readonly kind: string;
  readonly first: PlanStep;
  readonly steps: readonly PlanStep[];
}

/** A phase's steps by kind, in their order. */
export function groupsOf(phase: Phase): readonly StepGroup[] {
  const groups = new Map<string, PlanStep[]>();
  for (const step of phase.steps) {
    const group = groups.get(step.action.kind);
    if (group === undefined) groups.set(step.action.kind, [step]);
    else group.push(step);
  }
  return [...groups].flatMap(([kind, steps]) => (steps[0] === undefined ? [] : [{ kind, first: steps[0], steps }]));
}

/** The ships or hosts a group works on, as many as fit in a few words. */
export function subjectsOf(group: StepGroup, most = 3): string {
  const names = group.steps.flatMap(({ action }) => action.ship ?? action.host ?? []);
  if (names.length <= most) return names.join(", ");
  return `${names.slice(0, most).join(", ")} and ${names.length - most} more`;
}

const PROPER: Readonly<Record<string, string>> = {
  dns: "DNS",
  slo: "service levels",
  kubernetes: "Kubernetes",
  groundseg: "GroundSeg",
  startram: "StarTram",
  hoon: "Hoon",
  nock: "Nock",
};

const TITLES: Readonly<Record<string, string>> = {
  baseline: "Prepare host",
  unit: "Keep running",
  prove: "Prove it answers",
};

/** A kind of step as a heading: "Set up alerts". */
export function nameOf(kind: string): string {
  const title = TITLES[kind];
  if (title !== undefined) return title;
  const words = kind
    .split("-")
    .map((word) => PROPER[word] ?? word)
    .join(" ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

const PLATFORM_NAMES: Readonly<Record<Plan["platform"], string>> = {
  "bare-metal": "bare metal",
  vps: "virtual servers",
  groundseg: "GroundSeg",
  kubernetes: "Kubernetes",
};
const FRAMEWORK_NAMES: Readonly<Record<Plan["compliance"][number], string>> = {
  hipaa: "HIPAA",
  gdpr: "GDPR",
  soc2: "SOC 2",
  iso27001: "ISO 27001",
};

/** What the plan is, in the words a person would use of it. */
export function titleOf(plan: Plan): string {
  const ships = shipsText(plan);
  const on = PLATFORM_NAMES[plan.platform];
  switch (plan.intent) {
    case "deploy":
      return `${ships} on ${on}`;
    case "feature":
      return `A Hoon feature, from design to production on ${on}`;
    case "troubleshoot":
      return "Trouble, from symptoms to prevention";
    case "migrate":
      return `${ships} to ${on}`;
    case "optimize":
      return "Performance, measured and improved";
    case "monitor":
      return "Ships under watch";
  }
}

export function shipsText({ ships }: Plan): string {
  const only = ships[0];
  if (ships.length === 1 && only !== undefined) return `${only.fake ? "fake ship " : ""}${only.name}`;
  const fake = ships.filter((ship) => ship.fake).length;
  const kind = fake === ships.length ? "fake ships" : fake === 0 ? "ships" : `ships (${fake} fake)`;
  return `${ships.length.toLocaleString("en-US")} ${kind}`;
}

export function frameworksText(plan: Plan): string {
  return plan.compliance.map((name) => FRAMEWORK_NAMES[name]).join(", ");
}

/** Everybody who works on the plan, in the order they begin. */
export function specialistsOf(plan: Plan): readonly PlanStep["specialist"][] {
  return [...new Set(plan.phases.flatMap((phase) => phase.steps.map((step) => step.specialist)))];
}

/** A list in words; a long one by its first members. */
export function listText(items: readonly string[], most = 4): string {
  return items.length <= most + 1
    ? items.join("; ")
    : `${items.slice(0, most).join("; ")} and ${items.length - most} more`;
}

/** Minutes as a range in the largest unit its low end fills: "5–30 min", "2–8 h of work", "7 d". A day of work has eight hours. */
export function minutesText({ low, high }: PlanStep["minutes"], working: boolean): string {
  const units = [
    { name: "d", minutes: working ? 480 : 1440 },
    { name: "h", minutes: 60 },
    { name: "min", minutes: 1 },
  ];
  const least = low === 0 ? high : low;
  const { name, minutes } = units.find((unit) => least >= unit.minutes) ?? { name: "min", minutes: 1 };
  const [from, to] = [low, high].map((end) => Math.round((end / minutes) * 10) / 10);
  return `${from === to ? from : `${from}–${to}`} ${name}${working ? " of work" : ""}`;
}

export function daysText({ low, high }: Plan["days"]): string {
  return low === high ? `${low} day${low === 1 ? "" : "s"}` : `${low} to ${high} days`;
}

/** Days of a schedule as a person would say them. */
export function spanText(days: number): string {
  if (days >= 1) return `${Math.round(days * 10) / 10} d`;
  const minutes = days * 1440;
  return minutes >= 60 ? `${Math.round(minutes / 6) / 10} h` : `${Math.max(0, Math.round(minutes))} min`;
}

/** Whether the decision's platform and cost are what the plan is about: trouble and tuning are of ships that run already. */
export function bringsUp({ intent }: Plan): boolean {
  return intent !== "troubleshoot" && intent !== "optimize";
}

/** Whether it will be done in time. */
export function verdictText({ timeline, timelineDays }: Plan): string {
  switch (timeline.verdict) {
    case "within":
      return `within the ${timelineDays} days asked for`;
    case "uncertain":
      return `may go beyond the ${timelineDays} days asked for`;
    case "beyond":
      return `beyond the ${timelineDays} days asked for`;
    case "not asked":
      return "no time was asked for";
  }
}

export function usd(amount: number): string {
  return `$${amount.toLocaleString("en-US", { maximumFractionDigits: 2 })}`;
}

/** What a step adds to the monthly bill; empty where it adds nothing. */
export function costText({ lowUsd, highUsd }: PlanStep["cost"]): string {
  if (highUsd === 0) return "";
  return `${lowUsd === highUsd ? usd(lowUsd) : `${usd(lowUsd)}–${usd(highUsd)}`} a month`;
}

/** Minutes of a group: from the shortest to the longest of its steps. */
export function groupMinutes(group: StepGroup): string {
  const low = Math.min(...group.steps.map((step) => step.minutes.low));
  const high = Math.max(...group.steps.map((step) => step.minutes.high));
  return minutesText({ low, high }, group.first.working);
}

/** Monthly cost of all steps of a group. */
export function groupCost(group: StepGroup): string {
  const sum = (end: "lowUsd" | "highUsd") => group.steps.reduce((total, step) => total + step.cost[end], 0);
  return costText({ lowUsd: Math.round(sum("lowUsd") * 100) / 100, highUsd: Math.round(sum("highUsd") * 100) / 100 });
}
