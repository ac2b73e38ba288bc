import { readFileSync } from "node:fs";

export const FRAMEWORKS = ["hipaa", "gdpr", "soc2", "iso27001"] as const;
export type Framework = (typeof FRAMEWORKS)[number];

/** What an answer must be to show what the check is about. Exactly one member is set. */
export type Expectation =
  | { readonly equals: string }
  | { readonly oneOf: readonly string[] }
  | { readonly matches: string }
  | { readonly notMatches: string }
  | { readonly empty: true }
  | { readonly notEmpty: true }
  | { readonly atLeast: number }
  | { readonly atMost: number };

interface CheckBase {
  readonly id: string;
  /** What is so when the check shows it. */
  readonly title: string;
  readonly parser: "text" | "number";
  readonly expect: Expectation;
  /** Control ids it is evidence for, by framework. */
  readonly evidence: Readonly<Partial<Record<Framework, readonly string[]>>>;
}

/** Asked of a host: a read-only command; `applies` ends with 0 where the question makes sense. */
export interface HostCheck extends CheckBase {
  readonly scope: "host";
  readonly command: string;
  readonly applies?: string;
}

/** Read from a run's evidence: `fact` names what is computed from it. */
export interface RunCheck extends CheckBase {
  readonly scope: "run";
  readonly fact: string;
}

export type ControlCheck = HostCheck | RunCheck;

/** What lynis looks at too: its tests by their ids; none of them for the look as a whole. */
export interface LynisCheck extends Pick<CheckBase, "id" | "title" | "evidence"> {
  readonly tests: readonly string[];
}

export interface FrameworkControl {
  readonly id: string;
  readonly title: string;
  /** HIPAA's word; "standard" elsewhere. An addressable one is implemented, replaced by an equivalent, or its absence is reasoned. */
  readonly spec: "standard" | "required" | "addressable";
  /** Organisational controls cannot be shown by a machine: only a person can attest them. */
  readonly nature: "technical" | "organisational";
}

export interface FrameworkCatalogue {
  readonly framework: Framework;
  readonly title: string;
  readonly asOf: string;
  readonly source: string;
  readonly controls: readonly FrameworkControl[];
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`./controls/${name}.json`, import.meta.url), "utf8"));

/** Every check Slipway has, hosts' and runs'. */
export function controlChecks(): readonly ControlCheck[] {
  return (read("checks") as { readonly checks: readonly ControlCheck[] }).checks;
}

/** Checks whose answer is in a report of lynis. */
export function lynisChecks(): readonly LynisCheck[] {
  return (read("lynis") as { readonly checks: readonly LynisCheck[] }).checks;
}

export function frameworkCatalogue(framework: Framework): FrameworkCatalogue {
  return read(framework) as FrameworkCatalogue;
}
