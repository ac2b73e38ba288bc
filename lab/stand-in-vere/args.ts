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
  readonly noDock: boolean;
  readonly noConn: boolean;
}

const VALUED: Readonly<Record<string, string>> = {
  w: "name",
  F: "fake",
  c: "create",
  k: "key-file",
  G: "key-string",
  B: "bootstrap",
  u: "bootstrap-url",
  p: "ames-port",
  b: "http-ip",
  H: "dns-root",
  e: "ethereum",
  A: "arvo",
  J: "ivory-pill",
  K: "kernel-stage",
  n: "replay-to",
  I: "inject",
  i: "import",
  X: "scry",
  Y: "scry-into",
  Z: "scry-format",
  C: "memo-cache-limit",
  M: "keep-cache-limit",
};
const LONG: Readonly<Record<string, string>> = {
  name: "name",
  fake: "fake",
  pier: "create",
  "key-file": "key-file",
  "key-string": "key-string",
  bootstrap: "bootstrap",
  "bootstrap-url": "bootstrap-url",
  "ames-port": "ames-port",
  "http-port": "http-port",
  "https-port": "https-port",
  "http-ip": "http-ip",
  loom: "loom",
  "urth-loom": "urth-loom",
  "snap-time": "snap-time",
  "dns-root": "dns-root",
  ethereum: "ethereum",
  "lmdb-map-size": "lmdb-map-size",
  toss: "toss",
  "jumbo-bloq": "jumbo-bloq",
  "snap-dir": "snap-dir",
  "runtime-config": "runtime-config",
  "temporary-cache-size": "t",
  "persistent-cache-size": "p",
};
const FLAGS: Readonly<Record<string, string>> = {
  L: "local",
  t: "no-tty",
  d: "daemon",
  x: "exit",
  v: "verbose",
  q: "quiet",
  g: "gc",
  a: "abort",
  S: "no-hash",
  D: "replay",
  P: "profile",
  j: "json-trace",
  l: "lite-boot",
  s: "autoselect",
};
const LONG_FLAGS = new Set([
  "local",
  "no-tty",
  "daemon",
  "exit",
  "no-dock",
  "no-conn",
  "swap",
  "no-demand",
  "verbose",
  "quiet",
  "lite-boot",
  "behn-allow-blocked",
]);

export type Parsed =
  | { readonly options: Options; readonly values: ReadonlyMap<string, string> }
  | { readonly usage: string };

export function parse(argv: readonly string[]): Parsed {
  const values = new Map<string, string>();
  const words: string[] = [];
  const rest = [...argv];
  while (rest.length > 0) {
    const word = rest.shift() ?? "";
    if (word.startsWith("--")) {
      const [name = "", inline] = word.slice(2).split("=", 2);
      if (LONG_FLAGS.has(name)) values.set(name, "");
      else if (name in LONG) values.set(LONG[name] ?? name, inline ?? rest.shift() ?? "");
      else return { usage: `unrecognized option '--${name}'` };
    } else if (word.startsWith("-") && word.length > 1) {
      for (let at = 1; at < word.length; at++) {
        const letter = word[at] ?? "";
        if (letter in FLAGS) values.set(FLAGS[letter] ?? "", "");
        else if (letter in VALUED) {
          values.set(VALUED[letter] ?? "", word.slice(at + 1) || (rest.shift() ?? ""));
          break;
        } else return { usage: `invalid option -- '${letter}'` };
      }
    } else words.push(word);
  }
  if (words.length > 1) return { usage: "too many arguments" };
  const text = (name: string) => values.get(name) ?? null;
  const number = (name: string) => (values.has(name) ? Number(values.get(name)) : null);
  const flag = (name: string) => values.has(name);
  return {
    values,
    options: {
      pier: words[0] ?? null,
      name: text("name"),
      fake: text("fake"),
      create: text("create"),
      keyFile: text("key-file"),
      keyString: text("key-string"),
      pill: text("bootstrap"),
      amesPort: number("ames-port"),
      httpPort: number("http-port"),
      httpIp: text("http-ip"),
      local: flag("local") || values.has("fake"),
      noTty: flag("no-tty") || flag("daemon"),
      daemon: flag("daemon"),
      exit: flag("exit"),
      loom: number("loom") ?? 31,
      noDock: flag("no-dock"),
      noConn: flag("no-conn"),
    },
  };
}

export const USAGE = `Urbit: a personal server operating function (stand-in for tests; not the real runtime)
https://urbit.org
Version 4.5

Usage: urbit [options...] ship_name
where ship_name is a @p phonetic representation of an urbit address
without the leading '~', and options is some subset of the following:

-b, --http-ip IP              Bind HTTP server to IP address
-B, --bootstrap PILL          Bootstrap from this pill
-c, --pier PIER               Create a new urbit in PIER
-d, --daemon                  Daemon mode; implies -t
-F, --fake SHIP               Fake keys; also disables networking
-k, --key-file KEYS           Private key file
-L, --local                   Local networking only
-p, --ames-port PORT          Set the ames port to bind to
    --http-port PORT          Set the http port to bind to
    --loom BITS               Set loom to binary exponent (31 == 2GB)
-t, --no-tty                  Disable terminal/tty assumptions
-w, --name NAME               Boot as ~NAME
-x, --exit                    Exit immediately
`;
