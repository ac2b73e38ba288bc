import type { Plan } from "../../../plan/schema.ts";
import { type Criterion, judged, unmeasured, type Wanted } from "./criterion.ts";

const DAY_MS = 86_400_000;

/** When the work began, and when it ended; null where it goes on. */
export interface Span {
  readonly from: string | null;
  readonly to: string | null;
}

const GROUP = "Budget and time";

/** Cost by the price list against the budget, and days against what was asked for, else against the plan's own estimate. */
export function judgeBusiness(plan: Plan, span: Span, now: number): readonly Criterion[] {
  return [budget(plan), timeline(plan, span, now), perShip(plan)];
}

function budget({ monthlyUsd, budgetUsdPerMonth }: Plan): Criterion {
  const promised = budgetUsdPerMonth !== null;
  const asked = promised ? `at most $${budgetUsdPerMonth} a month` : "no budget was given";
  const wanted: Wanted = { id: "budget", group: GROUP, title: "Deployment within budget", wanted: asked, promised };
  if (monthlyUsd === null) return unmeasured(wanted, "hosts of your own: their cost is not known to Slipway");
  const measured = `$${monthlyUsd} a month by the price list`;
  if (!promised) return unmeasured(wanted, "nothing to hold it against", { measured, sighting: null });
  return judged(wanted, monthlyUsd <= budgetUsdPerMonth, measured, null, "by the price list, not by a bill");
}

function timeline({ timelineDays, days }: Plan, { from, to }: Span, now: number): Criterion {
  const limit = timelineDays ?? days.high;
  const asked =
    timelineDays === null ? `within ${round(limit)} day(s), as the plan reckoned` : `within ${limit} day(s)`;
  const wanted: Wanted = {
    id: "timeline",
    group: GROUP,
    title: "Completed within timeline",
    wanted: asked,
    promised: true,
  };
  if (from === null) return unmeasured(wanted, "nobody noted when it began");
  const took = ((to === null ? now : Date.parse(to)) - Date.parse(from)) / DAY_MS;
  const so = to === null ? " so far" : "";
  return judged(wanted, took <= limit, `${spanText(took)}${so}, from ${from}`, null);
}

function perShip({ monthlyUsd, ships }: Plan): Criterion {
  const wanted: Wanted = {
    id: "cost-per-ship",
    group: GROUP,
    title: "Cost per ship",
    wanted: "no number was asked for",
    promised: false,
  };
  if (monthlyUsd === null || ships.length === 0) return unmeasured(wanted, "the cost is not known to Slipway");
  const each = `$${(monthlyUsd / ships.length).toFixed(2)} a month by the price list`;
  return unmeasured(wanted, "nothing to hold it against", { measured: each, sighting: null });
}

function round(days: number): number {
  return Math.round(days * 1_000) / 1_000;
}

function spanText(days: number): string {
  return days < 1 ? `${Math.max(1, Math.round(days * 1_440))} minute(s)` : `${days.toFixed(1)} day(s)`;
}
