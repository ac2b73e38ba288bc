import { type Outcome, ok } from "../base/outcome.ts";
import type { Brief } from "../brief/schema.ts";
import { ENVIRONMENTS, EXPERIENCE, FRAMEWORKS, HARDENING, PLATFORMS, PRIORITIES, PROVIDERS } from "../brief/words.ts";
import { withCount } from "../decide/levels.ts";
import { type Input, type OptionSpec, usage } from "./command.ts";

/** A value as it was read, or what the option takes instead. */
type Read<T> = { readonly value: T } | { readonly takes: string };

/** One thing a brief can be asked again with: how its value is written, and the brief with it. */
interface Changer {
  readonly about: string;
  readonly value: string;
  apply(brief: Brief, text: string): Read<Brief>;
}

/** A value that can also be "none": not asked for. */
function orNone<T>(read: (text: string) => Read<T>, set: (brief: Brief, value: T | null) => Brief): Changer["apply"] {
  return (brief, text) => {
    if (text === "none") return { value: set(brief, null) };
    const given = read(text);
    return "takes" in given ? given : { value: set(brief, given.value) };
  };
}

const amount =
  (least: number) =>
  (text: string): Read<number> =>
    /^\d{1,9}(\.\d{1,6})?$/.test(text) && Number(text) >= least
      ? { value: Number(text) }
      : { takes: `a number from ${least} on, or none` };

const oneOf =
  <T extends string>(words: readonly T[]) =>
  (text: string): Read<T> => {
    const value = words.find((word) => word === text);
    return value === undefined ? { takes: `${words.join(", ")}, or none` } : { value };
  };

const yesNo = (text: string): Read<boolean> =>
  text === "yes" || text === "no" ? { value: text === "yes" } : { takes: "yes, no, or none" };

function several<T extends string>(words: readonly T[], set: (brief: Brief, values: T[]) => Brief): Changer["apply"] {
  return (brief, text) => {
    const named = new Set(text === "none" ? [] : text.split(",").map((word) => word.trim()));
    const values = words.filter((word) => named.has(word));
    if (values.length < named.size) return { takes: `${words.join(", ")} (with commas between), or none` };
    return { value: set(brief, values) };
  };
}

const slo = (field: keyof Brief["slo"], least: number) =>
  orNone(amount(least), (brief, value) => ({ ...brief, slo: { ...brief.slo, [field]: value } }));

export const CHANGERS: Readonly<Record<string, Changer>> = {
  count: {
    about: "number of ships",
    value: "N",
    apply: (brief, text) =>
      /^[1-9]\d{0,4}$/.test(text)
        ? { value: withCount(brief, Number(text)) }
        : { takes: "a whole number of ships, from 1 on" },
  },
  budget: {
    about: "dollars a month",
    value: "USD",
    apply: orNone(amount(0), (brief, budgetUsdPerMonth) => ({ ...brief, budgetUsdPerMonth, budgetBand: null })),
  },
  compliance: {
    about: "frameworks",
    value: "LIST",
    apply: several(FRAMEWORKS, (brief, compliance) => ({ ...brief, compliance })),
  },
  environments: {
    about: "environments",
    value: "LIST",
    apply: several(ENVIRONMENTS, (brief, environments) => ({ ...brief, environments })),
  },
  platform: {
    about: "platform asked for",
    value: "NAME",
    apply: orNone(oneOf(PLATFORMS), (brief, infrastructure) => ({ ...brief, infrastructure })),
  },
  provider: {
    about: "firm to rent from",
    value: "NAME",
    apply: orNone(oneOf(PROVIDERS), (brief, provider) => ({ ...brief, provider })),
  },
  region: {
    about: "region, such as eu or us-west-2",
    value: "NAME",
    apply: orNone(
      (text) =>
        /^[a-z]{2}(-[a-z0-9]+)*$/.test(text) ? { value: text } : { takes: "a region such as eu or us-west-2, or none" },
      (brief, region) => ({ ...brief, regions: region === null ? [] : [region], regionCount: null }),
    ),
  },
  own: {
    about: "on servers of your own",
    value: "yes|no",
    apply: orNone(yesNo, (brief, selfHosted) => ({ ...brief, selfHosted })),
  },
  uptime: { about: "percent of the month", value: "PERCENT", apply: slo("uptimePercent", 0.1) },
  response: { about: "milliseconds", value: "MS", apply: slo("responseMs", 1) },
  timeline: {
    about: "days",
    value: "DAYS",
    apply: orNone(amount(1), (brief, timelineDays) => ({ ...brief, timelineDays, deadline: null })),
  },
  recovery: {
    about: "disaster recovery",
    value: "yes|no",
    apply: orNone(yesNo, (brief, disasterRecovery) => ({ ...brief, disasterRecovery })),
  },
  monitoring: {
    about: "monitoring",
    value: "yes|no",
    apply: orNone(yesNo, (brief, monitoring) => ({ ...brief, monitoring })),
  },
  autoscaling: {
    about: "auto-scaling",
    value: "yes|no",
    apply: orNone(yesNo, (brief, autoscaling) => ({ ...brief, autoscaling })),
  },
  hardening: {
    about: "hardening asked for",
    value: "LEVEL",
    apply: orNone(oneOf(HARDENING), (brief, hardening) => ({ ...brief, hardening })),
  },
  experience: {
    about: "who keeps it",
    value: "WHO",
    apply: orNone(oneOf(EXPERIENCE), (brief, experience) => ({ ...brief, experience })),
  },
  priority: {
    about: "what comes first",
    value: "WHAT",
    apply: orNone(oneOf(PRIORITIES), (brief, priority) => ({ ...brief, priority })),
  },
};

export const CHANGE_OPTIONS: Readonly<Record<string, OptionSpec>> = Object.fromEntries(
  Object.entries(CHANGERS).map(([name, { about, value }]) => [
    name,
    { type: "string", value, about: `${about}${name === "count" ? "" : "; none: not asked for"}` },
  ]),
);

/** The brief with every change the options name; what was changed is the user's own word. */
export function changedBrief(
  brief: Brief,
  input: Input,
  command: string,
): Outcome<{ readonly brief: Brief; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  let now = brief;
  for (const [name, changer] of Object.entries(CHANGERS)) {
    const text = input.text(name);
    if (text === null) continue;
    const changed = changer.apply(now, text.trim().toLowerCase());
    if ("takes" in changed)
      return usage(`--${name} takes ${changed.takes}, not "${text}"`, `slipway ${command} --help`);
    now = changed.value;
    asked.push(`${name} ${text.trim()}`);
  }
  return ok({ brief: now, asked });
}
