import { list, type Noun, tuple } from "../../src/urbit/noun.ts";

/** Printed structure as the ship sends it in its errors: leaves, rows with a separator, and palms. */
export type Tank = Noun;

export function tape(text: string): Noun {
  return list(...[...text].map((char) => BigInt(char.codePointAt(0) ?? 0)));
}

export function leaf(text: string): Tank {
  return tuple("leaf", tape(text));
}

function rose(between: string, open: string, close: string, ...children: readonly Tank[]): Tank {
  return tuple("rose", tuple(tape(between), tape(open), tape(close)), list(...children));
}

function palm(p: string, q: string, ...children: readonly Tank[]): Tank {
  return tuple("palm", tuple(tape(p), tape(q), 0n, 0n), list(...children));
}

/** `[a b]` */
export function row(...texts: readonly string[]): Tank {
  return rose(" ", "[", "]", ...texts.map(leaf));
}

/** `/a/b` */
function way(...texts: readonly string[]): Tank {
  return rose("/", "/", "", ...texts.map(leaf));
}

/** A line of a trace: where in the kernel it happened. A real one has many; one stands for them here. */
export function place(file: readonly string[], where: string): Tank {
  return rose(":", "", "", way(...file), leaf(`<${where}>`));
}

const STRAND = place(["sys", "lull", "hoon"], "[4.621 23].[4.621 45]");

/** Why a strand's text could not be run, by what is wrong with it. */
export const WRONG = {
  crash: () => list(STRAND),
  syntax: (column: number) =>
    list(leaf("syntax error"), leaf(`{1 ${column}}`), place(["ted", "khan-eval", "hoon"], "[32 27].[32 37]")),
  type: (have: string) =>
    list(
      leaf("nest-fail"),
      palm(".", "-", leaf("have"), leaf(have)),
      palm(".", "-", leaf("need"), rose(" ", "[", "]", leaf("#t"), palm("=", "", leaf("q"), leaf("*")))),
      STRAND,
    ),
  find: (name: string) => list(palm(".", "-", leaf("find"), rose(".", "", "", leaf(name))), STRAND),
  mark: (agent: string, mark: string) =>
    list(
      leaf(`"unexpected poke to %${agent} with mark %${mark}"`),
      place(["lib", "default-agent", "hoon"], "[20 3].[20 5]"),
    ),
  file: (who: string, desk: string, date: string, path: readonly string[]) => {
    const face = (name: string, value: Tank) => palm("=", "", leaf(name), value);
    const when = rose(" ", "[", "]", leaf("%da"), face("p", leaf(date)));
    const beam = rose(" ", "[", "]", face("p", leaf(who)), face("q", leaf(`%${desk}`)), face("r", when));
    return list(rose(" ", "[", "]", beam, face("s", way(...path))));
  },
  /** The built-in %hi takes a vase and was given a bare noun. */
  start: () => {
    const face = (name: string, value: string) => palm("=", "", leaf(name), leaf(value));
    const pair = rose(" ", "[", "]", face("who", "@p"), face("mez", "@"));
    return list(
      leaf("nest-fail"),
      palm(".", "-", leaf("have"), leaf("*")),
      palm(".", "-", leaf("need"), rose(" ", "?(", ")", pair, face("who", "@p"))),
    );
  },
} as const;

/** What happened to an event, as its failure tells it. */
export interface Failed {
  readonly wire: readonly string[];
  /** The event's name. */
  readonly poke: string;
  readonly verb: "call" | "take" | null;
  /** Its vane was told of the failure, and failed again. */
  readonly told: boolean;
}

/** What an event that failed answers: the failure, and the failure of handling it. */
export function bail({ wire, poke, verb, told }: Failed, ...what: readonly Tank[]): Noun {
  const stack = palm("=", "", leaf("bar-stack"), rose(" ", "~[", "]", rose(" ", "~[", "]", way("", ...wire))));
  const said = verb === null ? [] : [leaf(`${verb}: failed`)];
  const poked = (name: string) => row("%poke", `%${name}`);
  const again = told
    ? [poked(poke), stack, ...said, ...what, leaf("khan-call-dud"), leaf("call: failed")]
    : [...what, ...said];
  const goofs = [
    [...what, ...said, stack, poked(poke)],
    [...again, stack, poked("crud")],
  ];
  return list(...goofs.map((tang) => tuple("exit", list(...tang))));
}
