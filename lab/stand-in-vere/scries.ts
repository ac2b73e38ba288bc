import { list, type Noun, tuple } from "../../src/urbit/noun.ts";
import { fault, ZUSE } from "./settings.ts";
import { codeNumber } from "./ship.ts";

export interface Scried {
  readonly mark: string;
  readonly noun: Noun;
}

const HASH = 0x84513671c87937cde4b4adba60e68b6ac676595424c76a2341bea9ba1c1f22e1n;
const HASH_TEXT = "0v11.2h6po.sgu9n.pnib9.bdqc3.j8mqm.6epcl.8967d.8hk3f.l9n8e.1u8n1";

/** What hood says of its desks, as recorded from a fresh ship. */
export const PIKES: Noun = tuple(
  tuple("base", 0n, HASH, "live", fault("updates-wait") === null ? 0n : tuple(tuple("zuse", 407n), 0n, 0n)),
  0n,
  tuple(tuple("kids", 0n, HASH, "dead", 0n), 0n, 0n),
);
const pike = (zest: string) => ({ sync: null, zest, wefts: [], hash: HASH_TEXT });
export const PIKES_JSON = JSON.stringify({ kids: pike("dead"), base: pike("live") });

export const AGENTS = ["acme", "azimuth", "dbug", "dojo", "eth-watcher", "hood", "herm", "lens", "ping", "spider"];

/** The report of `+vats`, line by line, first line first. */
export const VATS = [
  "%base",
  `  /sys/kelvin:            [%zuse ${ZUSE}]`,
  "  %cz hash ends in:       1u8n1",
  "  essential desk:         yes",
  "  app status:             running",
  "  source ship:            ~",
  "  pending updates:        ~",
  `  /desk/bill:             ~[${AGENTS.map((name) => `%${name}`).join(" ")}]`,
  "::",
  `%kids %cz hash:     ${HASH_TEXT}`,
];

/** The files a fresh desk has; a few stand for the many. */
const FILES = ["acme", "aqua", "azimuth", "dojo", "hood", "spider"].map((name) => list("app", name, "hoon"));

/** The arch of /sys, as the set it is. */
const SYS: Noun = tuple(
  0n,
  tuple("lull", 0n),
  tuple(tuple("hoon", 0n), 0n, 0n),
  tuple("vane", 0n),
  tuple(tuple("kelvin", 0n), 0n, 0n),
  tuple("arvo", 0n),
  0n,
  tuple("zuse", 0n),
  0n,
  0n,
);

/** Reads out of the ship at the present: `care` such as `cx`, then desk or agent, then the rest. Null: nothing there. */
export function scry(who: string, care: string, desk: string, spur: readonly string[]): Scried | null {
  const found = (mark: string, noun: Noun): Scried => ({ mark, noun });
  switch (`/${[care, desk, ...spur].join("/")}`) {
    case `/j/code/${who}`:
      return found("noun", codeNumber(who));
    case "/gx/hood/kiln/pikes/kiln-pikes":
      return found("kiln-pikes", PIKES);
    case "/cx/base/sys/kelvin":
      return found("kelvin", tuple("zuse", BigInt(ZUSE)));
    case "/cw/base":
      return found("cass", tuple(1n, 0x8000000d39a19f1d51d5000000000000n));
    case "/cd/":
      return found("noun", tuple("base", 0n, "kids", 0n, 0n));
    case "/ax//boot":
      return found("noun", 0n);
    case "/ct/base":
      return found("file-list", list(...FILES));
    case "/cy/base/sys":
      return found("arch", SYS);
    default:
      return null;
  }
}
