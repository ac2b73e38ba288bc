/** The runtime's own command line (RUNTIME §1.2), as far as anything relies on it. */
export interface Options {
  readonly pier: string | null;
  readonly name: string | null;
  readonly fake: string | null;
  readonly create: string | null;
  readonly keyFile: string | null;
  readonly keyString: string | null;
  readonly pill: string | null;
  readonly amesPort: number | null;
  readonly httpPort: number | null;
  readonly httpIp: string | null;
  readonly local: boolean;
  readonly noTty: boolean;
  readonly daemon: boolean;
  readonly exit: boolean;
  readonly loom: number;
  readonly snapMinutes: number;
  readonly noDock: boolean;
  readonly noConn: boolean;
  readonly versions: boolean;
  /** `-X PATH -Y NAME -Z FORMAT`: read, write to a file, and end. */
  readonly scry: { readonly path: string; readonly into: string; readonly format: string } | null;
}

/** Long names by letter; those in capitals take a value. */
const LETTERS: Readonly<Record<string, string>> = {
  A: "ARVO",
  B: "BOOTSTRAP",
  C: "MEMO-CACHE-LIMIT",
  D: "replay",
  F: "FAKE",
  G: "KEY-STRING",
  H: "DNS-ROOT",
  I: "INJECT",
  J: "IVORY-PILL",
  K: "KERNEL-STAGE",
  L: "local",
  M: "KEEP-CACHE-LIMIT",
  P: "profile",
  R: "versions",
  S: "skip-battery-hashes",
  X: "SCRY",
  Y: "SCRY-INTO",
  Z: "SCRY-FORMAT",
  a: "abort",
  b: "HTTP-IP",
  c: "PIER",
  d: "daemon",
  e: "ETHEREUM",
  g: "gc",
  i: "IMPORT",
  j: "json-trace",
  k: "KEY-FILE",
  l: "lite-boot",
  n: "REPLAY-TO",
  p: "AMES-PORT",
  q: "quiet",
  s: "autoselect-pill",
  t: "no-tty",
  u: "BOOTSTRAP-URL",
  v: "verbose",
  w: "NAME",
  x: "exit",
};
const LONG_ONLY = [
  ..."HTTP-PORT HTTPS-PORT LOOM URTH-LOOM SNAP-TIME LMDB-MAP-SIZE JUMBO-BLOQ TOSS SWAP-TO SERF-BIN".split(" "),
  ..."PROP-FILE PROP-URL PROP-NAME no-demand no-conn no-dock swap gc-abort behn-allow-blocked".split(" "),
];
const NAMES = [...Object.values(LETTERS), ...LONG_ONLY];

export type Parsed = Options | { readonly wrong: string };

/** Reads the words after the program's name, as getopt_long does: a long option may be cut short while it stays clear. */
export function parse(argv: readonly string[], program: string): Parsed {
  const values = new Map<string, string>();
  const words: string[] = [];
  const rest = [...argv];
  while (rest.length > 0) {
    const word = rest.shift() ?? "";
    if (word.startsWith("--") && word.length > 2) {
      const [name = "", inline] = word.slice(2).split("=", 2);
      const found = longName(name);
      if (found === null) return { wrong: `${program}: unrecognized option '--${name}'` };
      values.set(found.toLowerCase(), takesValue(found) ? (inline ?? rest.shift() ?? "") : "");
    } else if (word.startsWith("-") && word.length > 1) {
      for (let at = 1; at < word.length; at++) {
        const letter = word[at] ?? "";
        const name = LETTERS[letter];
        if (name === undefined) return { wrong: `${program}: invalid option -- '${letter}'` };
        values.set(name.toLowerCase(), takesValue(name) ? word.slice(at + 1) || (rest.shift() ?? "") : "");
        if (takesValue(name)) break;
      }
    } else words.push(word);
  }
  return options(values, words);
}

function takesValue(name: string): boolean {
  return name === name.toUpperCase();
}

function longName(text: string): string | null {
  const same = NAMES.filter((name) => name.toLowerCase() === text);
  const found = same.length > 0 ? same : NAMES.filter((name) => name.toLowerCase().startsWith(text));
  return found.length === 1 ? (found[0] ?? null) : null;
}

function options(values: ReadonlyMap<string, string>, words: readonly string[]): Parsed {
  const text = (name: string) => values.get(name) ?? null;
  const number = (name: string) => (values.has(name) ? Number(values.get(name)) : null);
  const flag = (name: string) => values.has(name);
  for (const name of ["ames-port", "http-port", "https-port", "loom", "snap-time"])
    if (flag(name) && !/^\d+$/.test(text(name) ?? "")) return { wrong: "" };
  if (flag("http-ip") && !/^\d{1,3}(\.\d{1,3}){3}$/.test(text("http-ip") ?? ""))
    return { wrong: "-b invalid IP address" };
  const loom = number("loom") ?? 31;
  if (loom < 20 || loom > 34) return { wrong: "error: --loom must be >= 20 and <= 34\r" };
  if (flag("fake") && flag("name")) return { wrong: "-F and -w cannot be used together" };
  if (words.length > 1) return { wrong: "" };
  return {
    pier: words[0] ?? null,
    name: text("name"),
    fake: text("fake"),
    create: text("pier"),
    keyFile: text("key-file"),
    keyString: text("key-string"),
    pill: text("bootstrap"),
    amesPort: number("ames-port"),
    httpPort: number("http-port"),
    httpIp: text("http-ip"),
    local: flag("local") || flag("fake"),
    noTty: flag("no-tty") || flag("daemon"),
    daemon: flag("daemon"),
    exit: flag("exit"),
    loom,
    snapMinutes: number("snap-time") ?? 2,
    noDock: flag("no-dock"),
    noConn: flag("no-conn"),
    versions: flag("versions"),
    scry: flag("scry")
      ? { path: text("scry") ?? "", into: text("scry-into") ?? "", format: text("scry-format") ?? "jam" }
      : null,
  };
}
