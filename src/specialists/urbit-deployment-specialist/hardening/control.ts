import type { Answer, Facts, Question } from "../../../machines/machine.ts";
import type { Resource } from "../../../machines/resources.ts";
import type { ShipTarget } from "../../../plan/schema.ts";

export const LEVELS = ["basic", "standard", "strict"] as const;
export type Level = (typeof LEVELS)[number];

/** A host as a control sees it before it decides what to wish for. */
export interface HostView {
  readonly facts: Facts;
  readonly level: Level;
  /** Ships of the site on this host: their ports stay open. */
  readonly ships: readonly ShipTarget[];
  /** Answers to every control's questions; a question the twin does not model has `exit: null`. */
  readonly answers: Readonly<Record<string, Answer>>;
}

/** What a control wants of one host. */
export interface Wish {
  readonly resources: readonly Resource[];
  /** What the host does already in its own way and keeps, one line each. */
  readonly adopted: readonly string[];
  /** What a person should know: what is not set here and why. */
  readonly notes: readonly string[];
  /** Why this host cannot have the control at all. */
  readonly notHere?: string;
}

/** Something to see on the host when a control is set; its question is asked with fresh eyes. */
export interface Proof {
  readonly check: string;
  readonly question: Question;
  /** Null when the answer shows it, else what is seen instead. */
  readonly refutes: (answer: Answer) => string | null;
}

/** One control of the security levels, as data: what it asks, what it wants, what proves it. */
export interface Control {
  /** As the decision lists it. */
  readonly name: string;
  /** The lowest level that sets it. */
  readonly level: Level;
  /** Whether a host without it must not be called hardened at all. */
  readonly essential: boolean;
  /** Asked before wishing; ids are `CONTROL.QUESTION`. */
  readonly questions: readonly Question[];
  wish(view: HostView): Wish;
  proofs(view: HostView): readonly Proof[];
}

/** True when `level` sets what `least` sets. */
export function atLeast(level: Level, least: Level): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(least);
}

export const NOTHING: Wish = { resources: [], adopted: [], notes: [] };

/** The answer's text, or `otherwise` where nothing was answered (the twin, a missing tool). */
export function said(view: HostView, id: string, otherwise = ""): string {
  const answer = view.answers[id];
  return answer === undefined || answer.exit !== 0 ? otherwise : answer.text;
}

/** Words of an answer, one per line. */
export function lines(view: HostView, id: string): readonly string[] {
  return said(view, id)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** True in a container, whose kernel belongs to the machine below: `kernel.*` and `vm.*` settings are not its own. */
export function sharesKernel({ facts }: HostView): boolean {
  return ["systemd-nspawn", "lxc", "lxc-libvirt", "docker", "podman", "openvz"].includes(facts.virtualization);
}

export function file(path: string, mode: string, content: string): Resource {
  return { kind: "file", id: `file ${path}`, path, owner: "root", group: "root", mode, content };
}

export function packageOf(name: string): Resource {
  return { kind: "package", id: `package ${name}`, name };
}

/** A unit of a package: enabled and running, its file left as the package has it. */
export function serviceOf(name: string): Resource {
  return { kind: "unit", id: `unit ${name}`, name, content: "", enabled: true, active: true };
}
