import { type Answer, health, type Reply } from "./http.ts";
import { gained } from "./log-lines.ts";
import { errorPage } from "./pages.ts";
import { VATS } from "./scries.ts";
import { ZUSE } from "./settings.ts";
import { codeOf, date, type Ship } from "./ship.ts";

/** What a dojo line prints, or null when it never answers. */
type Dojo = (ship: Ship, line: string) => string | null;

const FAILED = "dojo: hoon expression failed\n";

/**
 * The loopback server: every path but healthz goes to lens (OBSERVED 23). A line that never answers leaves it refusing
 * all later ones.
 */
export function serveLens(ship: Ship): Answer {
  let hung = false;
  return async (request): Promise<Reply | null> => {
    if (request.path === "/~_~/healthz") return health(ship.busy);
    await ship.run();
    if (ZUSE === 417) return errorPage(404, request.path, "", []);
    const asked = command(request.body);
    if (hung || asked === null) return errorPage(500, request.path, "/app/lens/hoon:&lt;[63 3].[125 5]&gt;<br />", []);
    const said = asked.app ? poke(ship, asked.line) : source(ship, asked.line);
    if (said === null) {
      hung = true;
      return null;
    }
    return { status: 200, headers: [["content-type", "application/json"]], body: JSON.stringify(said), chunked: true };
  };
}

function command(body: string): { readonly line: string; readonly app: boolean } | null {
  try {
    const { source, sink } = JSON.parse(body) as { source?: { dojo?: unknown }; sink?: { app?: unknown } };
    return typeof source?.dojo === "string" ? { line: source.dojo, app: sink?.app === "hood" } : null;
  } catch {
    return null;
  }
}

const source: Dojo = (ship, line) => {
  if (line === "+code") return `${codeOf(ship.who)}\n`;
  if (line === "now") return `${date(true)}\n`;
  if (line === "+trouble") return `${VATS.join("\n")}\n`;
  if (line === "+vats %base") return `${VATS.slice(0, 9).join("\n")}\n`;
  const sum = /^\(add (\d+) (\d+)\)$/.exec(line);
  if (sum !== null) return `${Number(sum[1]) + Number(sum[2])}\n`;
  if (/^('[^']*'|"[^"]*"|\[[\d ]+\])$/.test(line)) return `${line}\n`;
  if (line === "!!") return FAILED;
  if (/^[a-z][a-z0-9-]*$/.test(line)) return `-find.${line}\n${FAILED}`;
  return null;
};

/** A generator whose result goes to hood. */
const poke: Dojo = (_, line) => {
  const name = /^\+hood\/([a-z-]+)/.exec(line)?.[1];
  if (name === "pack") gained("pack");
  return name === "hi" || name === "pack" ? ">=" : `/gen/hood/${name}/hoon\n%generator-build-fail\n`;
};
