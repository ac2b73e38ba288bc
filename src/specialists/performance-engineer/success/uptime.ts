import type { Answers, Question, Sighting } from "../../../machines/machine.ts";
import { seriesOf } from "../monitoring/fleet.ts";
import { PORTS } from "../monitoring/places.ts";
import { type Criterion, judged, unmeasured, type Wanted } from "./criterion.ts";
import type { WatchLook } from "./look.ts";
import type { Promises } from "./promises.ts";

/** The window an objective is held against. */
export const WINDOW_DAYS = 30;
/** The seed's own objective, where nobody specified another. */
const UPTIME_PERCENT = 99.9;
const DAY_MS = 86_400_000;

/** How one ship was seen over time: the share of looks at which it answered, and since when anybody looks. */
export interface Seen {
  readonly ship: string;
  /** 0 to 1. */
  readonly share: number;
  readonly looks: number;
  /** ISO 8601. */
  readonly since: string;
}

const PROBE = 'probe_success{job="ship-probe"}';
const QUERIES = {
  share: `avg_over_time(${PROBE}[${WINDOW_DAYS}d])`,
  looks: `count_over_time(${PROBE}[${WINDOW_DAYS}d])`,
  since: `min_over_time(timestamp(${PROBE})[${WINDOW_DAYS}d:10m])`,
  up: "urbit_ship_up",
} as const;
const DELIVERED = "delivered";

/** What is asked of the monitoring host, in one round trip. */
export function watchQuestions(): readonly Question[] {
  const asked = Object.entries(QUERIES).map(([id, expr]) => ({
    id,
    command: `curl -fsS --max-time 10 --get http://127.0.0.1:${PORTS.prometheus}/api/v1/query --data-urlencode 'query=${expr}'`,
  }));
  const sent = `curl -fsS --max-time 10 http://127.0.0.1:${PORTS.alertmanager}/metrics | grep -E '^alertmanager_notifications(_failed)?_total\\{'`;
  return [...asked, { id: DELIVERED, command: sent }];
}

/** The probes' series of each ship, as far back as the window goes. */
export function seenByProbes(answers: Answers): readonly Seen[] {
  const of = (id: keyof typeof QUERIES) =>
    new Map((seriesOf(answers, id) ?? []).map(({ metric, value }) => [metric.ship ?? "", value]));
  const [shares, looks, since] = [of("share"), of("looks"), of("since")];
  return [...shares].flatMap(([ship, share]) => {
    const first = since.get(ship);
    if (ship === "") return [];
    const at = first === undefined ? new Date().toISOString() : new Date(first * 1_000).toISOString();
    return [{ ship, share, looks: looks.get(ship) ?? 0, since: at }];
  });
}

/**
 * Uptime over the window. It can be lost before its last day, as soon as the downtime that is allowed is spent; it can be
 * held only on that day.
 */
export function judgeUptime(
  seen: readonly Seen[],
  from: { readonly source: string; readonly sighting: Sighting | null },
  ships: readonly string[],
  now: number,
  { uptimePercent }: Promises,
): Criterion {
  const target = uptimePercent ?? UPTIME_PERCENT;
  const wanted: Wanted = {
    id: "uptime",
    group: "Performance",
    title: "Uptime",
    wanted: `at least ${target} % over ${WINDOW_DAYS} days`,
    promised: uptimePercent !== null,
  };
  const about = seen.filter(({ ship }) => ships.includes(ship));
  const days = (since: string) => Math.max(0, (now - Date.parse(since)) / DAY_MS);
  const shortest = about.length < ships.length ? 0 : Math.min(...about.map(({ since }) => days(since)));
  const window = `observation window: day ${Math.min(WINDOW_DAYS, Math.floor(shortest))} of ${WINDOW_DAYS}`;
  const worst = about.toSorted((a, b) => a.share - b.share)[0];
  if (worst === undefined) return unmeasured(wanted, `${window}; nobody has watched yet`);
  const measured = `lowest of ${about.length}: ${(100 * worst.share).toFixed(3)} % of ${worst.looks} looks (${worst.ship}), by ${from.source}; ${window}`;
  const spent = (1 - worst.share) * Math.min(WINDOW_DAYS, days(worst.since));
  const allowed = (1 - target / 100) * WINDOW_DAYS;
  if (spent > allowed)
    return judged(wanted, false, measured, from.sighting, "the downtime that is allowed in the window is spent");
  if (shortest < WINDOW_DAYS)
    return unmeasured(wanted, "the window is not over", { measured, sighting: from.sighting });
  return judged(wanted, true, measured, from.sighting);
}

/** Whether somebody is told: what Alertmanager says it handed over, and to whom. */
export function judgeAlertPath(watch: WatchLook | null, { kinds }: Promises): Criterion {
  const wanted: Wanted = {
    id: "alert-path",
    group: "Operation",
    title: "Alerting active",
    wanted: "alerts reach a receiver, none lost",
    promised: kinds.has("prove-alert"),
  };
  if (watch === null) return unmeasured(wanted, "no host watches, or it said nothing");
  const lines = (watch.answers[DELIVERED]?.text ?? "").split("\n");
  const count = (name: string) => {
    const found = new Map<string, number>();
    for (const line of lines) {
      const match = new RegExp(`^${name}\\{.*integration="(\\w+)".*\\} (\\S+)$`).exec(line);
      const [, integration = "", value = "0"] = match ?? [];
      if (match !== null) found.set(integration, (found.get(integration) ?? 0) + Number(value));
    }
    return found;
  };
  const sent = [...count("alertmanager_notifications_total")].filter(([, value]) => value > 0);
  const failed = count("alertmanager_notifications_failed_total");
  if (sent.length === 0) return unmeasured(wanted, "Alertmanager has sent nothing since it was started");
  const lost = sent.filter(([name]) => (failed.get(name) ?? 0) > 0);
  const measured = sent.map(([name, value]) => `${name}: ${value} sent, ${failed.get(name) ?? 0} failed`).join("; ");
  return judged(wanted, lost.length === 0, measured, watch.sighting, "since Alertmanager was started");
}
