import type { Brief } from "./schema.ts";
import {
  ENVIRONMENTS,
  EXPERIENCE,
  FRAMEWORKS,
  HARDENING,
  INTENTS,
  KINDS,
  PLATFORMS,
  PRIORITIES,
  PROVIDERS,
} from "./words.ts";

/** What a field holds, and so how a value typed for it is read. */
export type FieldType =
  | { readonly is: "number"; readonly least: number; readonly whole: boolean }
  | { readonly is: "yes-no" }
  | { readonly is: "text" }
  | { readonly is: "names" | "regions" | "money" | "days" | "date" | "texts" }
  | { readonly is: "one" | "some"; readonly of: readonly string[] };

export interface Field {
  /** As in the JSON: "ships.count". */
  readonly path: string;
  /** As the requirement sheet calls it, and another name `--set` takes. */
  readonly label: string;
  /** What it means, in a line. */
  readonly about: string;
  readonly example: string;
  readonly type: FieldType;
  /** Fields that change together: who speaks of one speaks of all of them. */
  readonly group: string;
}

const whole = (least = 1): FieldType => ({ is: "number", least, whole: true });
const amount: FieldType = { is: "number", least: 0, whole: false };
const yesNo: FieldType = { is: "yes-no" };
const one = (of: readonly string[]): FieldType => ({ is: "one", of });
const some = (of: readonly string[]): FieldType => ({ is: "some", of });

function field(path: string, label: string, about: string, type: FieldType, example: string, group = path): Field {
  return { path, label, about, example, type, group };
}

/** Every field of a brief a person can set, in the order of the requirement sheet. */
export const FIELDS: readonly Field[] = [
  field("intent", "goal", "what is to be done", one(INTENTS), "deploy"),
  field("ships.count", "ships", "how many ships", whole(), "12", "count"),
  field("ships.low", "ships at least", "the lower end of a range of ships", whole(), "10", "count"),
  field("ships.high", "ships at most", "the upper end of a range of ships", whole(), "20", "count"),
  field("ships.growTo", "ships later", "how many there shall be later", whole(), "50", "count"),
  field("ships.names", "names", "ships by their @p", { is: "names" }, "[~sampel-palnet]"),
  field("ships.fake", "fake", "fake ships, for trying things out", yesNo, "false"),
  field("ships.kind", "kind", "what all of them are", one(KINDS), "planet"),
  field("ships.parent", "parent", "whose moons they are", { is: "names" }, "~sampel-palnet"),
  field("environments", "environments", "where they stand", some(ENVIRONMENTS), "[staging, production]"),
  field("infrastructure", "platform", "what they run on", one(PLATFORMS), "vps", "platform"),
  field("provider", "provider", "firm to rent from", one(PROVIDERS), "hetzner"),
  field("selfHosted", "own machines", "on machines of your own", yesNo, "true"),
  field("managed", "managed", "somebody else shall keep the machines", yesNo, "false"),
  field("unsure", "unsure", "you do not know which platform to take", yesNo, "false", "platform"),
  field("excluded", "not on", "platforms never to be chosen", some(PLATFORMS), "[kubernetes]"),
  field("excludedProviders", "not from", "firms never to be chosen", some(PROVIDERS), "[aws]"),
  field("machines.count", "machines", "how many machines there are", whole(), "3"),
  field("machines.ramGiB", "memory", "GiB of memory in each of them", amount, "64"),
  field("machines.diskGb", "disk", "GB of disk in each of them", amount, "1000"),
  field("machines.cpus", "processors", "processors in each of them", whole(), "8"),
  field("regions", "regions", "where in the world", { is: "regions" }, "[us-west-2]"),
  field("regionCount", "region count", "in how many regions", whole(), "2"),
  field("excludedRegions", "not in", "regions never to be chosen", { is: "regions" }, "[us]"),
  field("compliance", "compliance", "frameworks that apply", some(FRAMEWORKS), "[hipaa]"),
  field("hardening", "hardening", "least level of hardening", one(HARDENING), "standard"),
  field("monitoring", "monitoring", "watched, with alerts", yesNo, "true"),
  field("backups", "backups", "backed up by the clock", yesNo, "true"),
  field("disasterRecovery", "recovery", "able to come back after a disaster", yesNo, "true"),
  field("autoscaling", "auto-scaling", "adds machines by itself", yesNo, "false"),
  field("multiTenant", "tenants apart", "ships of different people, kept apart", yesNo, "false"),
  field("startram", "StarTram", "reached through StarTram", yesNo, "false"),
  field("enterprise", "enterprise", "an undertaking of enterprise size", yesNo, "false"),
  field("budgetUsdPerMonth", "budget", "most to be spent a month, in US dollars", { is: "money" }, "500", "budget"),
  field("budgetOnceUsd", "budget once", "to be spent once, in US dollars", { is: "money" }, "2000"),
  field("timelineDays", "timeline", "days until it must be done", { is: "days" }, "28", "timeline"),
  field("deadline", "deadline", "the day it must be done by", { is: "date" }, "2027-01-31", "timeline"),
  field("slo.uptimePercent", "uptime", "share of the time ships must answer, in percent", amount, "99.9"),
  field("slo.responseMs", "response", "time to answer, in milliseconds", amount, "50"),
  field("slo.rpoMinutes", "data loss", "most data that may be lost, in minutes", amount, "60"),
  field("slo.rtoMinutes", "back within", "time to come back after a disaster, in minutes", amount, "240"),
  field("experience", "experience", "how much you know", one(EXPERIENCE), "intermediate"),
  field("priority", "priority", "what matters most", one(PRIORITIES), "cost"),
  field("users", "users", "people who will use the ships", whole(), "200"),
  field("domain", "domain", "the domain the ships answer at", { is: "text" }, "ships.example.com"),
  field("app", "app", "what is to be built", { is: "text" }, "chat app"),
];

/** Values that go with a group's fields and cannot be set by hand: cleared when the group is set anew. */
export const FOLLOWERS: Readonly<Record<string, readonly string[]>> = {
  count: ["ships.groups", "ships.spread"],
  budget: ["budgetBand"],
};

/** The field of a path or a label. */
export function fieldOf(name: string): Field | null {
  const plain = name.trim().toLowerCase();
  return FIELDS.find(({ path, label }) => path.toLowerCase() === plain || label.toLowerCase() === plain) ?? null;
}

/** The value at a path of at most two steps. */
export function valueAt(brief: Brief, path: string): unknown {
  const [head = "", tail] = path.split(".");
  const outer = (brief as Readonly<Record<string, unknown>>)[head];
  return tail === undefined ? outer : (outer as Readonly<Record<string, unknown>> | undefined)?.[tail];
}

/** The brief with another value at a path. The caller vouches for the value's type. */
export function withValue(brief: Brief, path: string, value: unknown): Brief {
  const [head = "", tail] = path.split(".");
  if (tail === undefined) return { ...brief, [head]: value };
  return { ...brief, [head]: { ...(valueAt(brief, head) as object), [tail]: value } };
}

const UNITS: Readonly<Record<string, readonly [before: string, after: string]>> = {
  budgetUsdPerMonth: ["$", " a month"],
  budgetOnceUsd: ["$", ""],
  timelineDays: ["", " days"],
  "slo.uptimePercent": ["", " %"],
  "slo.responseMs": ["", " ms"],
  "slo.rpoMinutes": ["", " minutes"],
  "slo.rtoMinutes": ["", " minutes"],
  "machines.ramGiB": ["", " GiB"],
  "machines.diskGb": ["", " GB"],
};

/** A field's value with its unit. */
export function withUnit(path: string, value: unknown): string {
  const [before, after] = UNITS[path] ?? ["", ""];
  const text = shown(value);
  return text === "" ? "" : `${before}${text}${after}`;
}

/** A value as people write it. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return Array.isArray(value) ? value.map(shown).join(", ") : String(value);
}

/** True for a value nobody gave. */
export function isEmpty(value: unknown): boolean {
  return value === null || value === false || (Array.isArray(value) && value.length === 0);
}
