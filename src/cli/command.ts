import { parseArgs } from "node:util";
import { type Failure, fail, type Outcome, ok } from "../base/outcome.ts";
import type { Io } from "./io.ts";

export interface OptionSpec {
  readonly type: "string" | "boolean";
  readonly about: string;
  /** Name of the value in the help: FILE, NAME. */
  readonly value?: string;
  readonly short?: string;
  readonly multiple?: boolean;
}

export interface Command {
  /** As typed: "host add". */
  readonly name: string;
  readonly summary: string;
  /** What follows the name, as the help shows it. */
  readonly usage: string;
  readonly examples: readonly string[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Fewest and most words besides options. */
  readonly words: readonly [number, number];
  run(input: Input, io: Io): Promise<number>;
}

export interface Input {
  readonly words: readonly string[];
  flag(name: string): boolean;
  text(name: string): string | null;
  list(name: string): readonly string[];
  /** A whole number, or the failure to print. */
  number(name: string): Outcome<number | null>;
}

export const JSON_OPTION: OptionSpec = { type: "boolean", about: "print the result as JSON" };
export const BY_OPTION: OptionSpec = { type: "string", value: "NAME", about: "who decides; default: your login name" };

export function usage(what: string, next: string): { readonly ok: false; readonly failure: Failure } {
  return fail({ kind: "configuration", code: "usage", what, next });
}

/** Reads a command's arguments by its own option table. */
export function parse(command: Command, argv: readonly string[]): Outcome<Input> {
  const help = `slipway ${command.name} --help`;
  const options = Object.fromEntries(
    Object.entries({ ...command.options, help: HELP }).map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short === undefined ? {} : { short }), ...(multiple === undefined ? {} : { multiple }) },
    ]),
  );
  let values: Record<string, string | boolean | (string | boolean)[] | undefined>;
  let words: string[];
  try {
    const parsed = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
    values = parsed.values;
    words = parsed.positionals;
  } catch (error) {
    return usage((error as Error).message.split(". ")[0] ?? "wrong usage", help);
  }
  const [least, most] = command.words;
  if (values.help !== true && (words.length < least || words.length > most)) {
    const wanted =
      least === most ? `${least}` : most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`;
    return usage(`slipway ${command.name} takes ${wanted} word(s), not ${words.length}`, help);
  }
  const text = (name: string) => {
    const value = values[name];
    return typeof value === "string" ? value : null;
  };
  return ok({
    words,
    flag: (name) => values[name] === true,
    text,
    list: (name) => {
      const value = values[name];
      return (Array.isArray(value) ? value : value === undefined ? [] : [value]).filter(
        (item) => typeof item === "string",
      );
    },
    number: (name) => {
      const value = text(name);
      if (value === null) return ok(null);
      return /^\d{1,9}$/.test(value)
        ? ok(Number(value))
        : usage(`--${name} takes a whole number, not "${value}"`, help);
    },
  });
}

export const HELP: OptionSpec = { type: "boolean", short: "h", about: "show this" };

/** A command's help, from the same table that reads its arguments. */
export function helpOf(command: Command): string {
  const rows = Object.entries({ ...command.options, help: HELP }).map(([name, spec]) => {
    const left = `${spec.short === undefined ? "    " : `-${spec.short}, `}--${name}${spec.type === "string" ? ` ${spec.value ?? "TEXT"}` : ""}`;
    return `  ${left.padEnd(34)} ${spec.about}`;
  });
  return [
    `slipway ${command.name}: ${command.summary}`,
    "",
    `Usage: slipway ${command.name}${command.usage === "" ? "" : ` ${command.usage}`} [options]`,
    "",
    "Options:",
    ...rows,
    "",
    "Examples:",
    ...command.examples.map((example) => `  ${example}`),
    "",
  ].join("\n");
}
