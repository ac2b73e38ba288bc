import { list, type Noun, tuple } from "../../src/urbit/noun.ts";
import { fault, VERSION } from "./settings.ts";
import type { Ship } from "./ship.ts";

/** What the king says of itself, by path; null for a path it does not know. */
export function peel(ship: Ship, path: readonly string[]): Noun | null {
  switch (path.join("/")) {
    case "live":
      return ship.live ? 0n : 1n;
    case "khan":
      return ship.khan ? 0n : 1n;
    case "who":
      return ship.number;
    case "v":
      return tuple(VERSION);
    case "port/ames":
      return BigInt(ship.amesPort);
    case "port/http":
      return BigInt(ship.httpPort);
    case "port/htls":
      return 0n;
    case "help":
      return list(
        ...["help", "info", "khan", "live", "mass", "quic"].map((name) => list(name)),
        tuple("port", "ames", "htls", "http", 0n),
        list("v"),
        list("who"),
      );
    case "info":
      return info(ship);
    default:
      return null;
  }
}

/** The answers that come from the worker, with a tag of their own. */
export function slowPeel(path: readonly string[]): Noun | null {
  if (path.join("/") === "quic") {
    const open = fault("loom-full") === null ? 2_013_200_368n : 1_048_576n;
    return tuple("quic", tuple("open", open), tuple("idle", 47_913_088n), 0n);
  }
  if (path.join("/") === "mass") return tuple("quac", MASS);
  return null;
}

function info(ship: Ship): Noun {
  const leaf = (name: string, value: bigint) => tuple(name, 0n, value);
  const branch = (name: string, ...children: readonly Noun[]) => tuple(name, 1n, list(...children));
  const server = (name: string, loopback: boolean, port: number) =>
    branch(
      name,
      leaf("secure", 1n),
      leaf("loopback", loopback ? 0n : 1n),
      leaf("live", 0n),
      leaf("port", BigInt(port)),
      leaf("connections", loopback ? 1n : 0n),
    );
  const zeros = (...names: readonly string[]) => names.map((name) => leaf(name, 0n));
  const http = branch(
    "http",
    leaf("open-slogstreams", BigInt(ship.listeners.size)),
    leaf("instance", 2_143_903_348n),
    server("0v1v.sinjl", true, ship.loopbackPort),
    server("0v1v.sinjk", false, ship.httpPort),
  );
  const ames = branch(
    "ames",
    ...zeros("filtering", "can-send", "can-scry"),
    leaf("stun-working", 1n),
    ...zeros("scry-cache", "scry-cache-size"),
    leaf("lane-cache", 1n),
    ...zeros("lane-cache-size", "dropped", "forwards-dropped", "forwards-pending", "forwarded"),
    ...zeros("filtered-hed", "filtered-ver", "filtered-mug", "filtered-pre", "filtered-wal", "filtered-wap"),
    ...zeros("crashed", "evil", "lane-scry-fails"),
    leaf("cached-lanes", 1n),
  );
  const lord = branch(
    "lord",
    leaf("live", 0n),
    leaf("event", BigInt(ship.event)),
    leaf("queue", 0n),
    branch("moat", leaf("pending-inbound", 0n)),
  );
  return branch("pier", branch("work", branch("auto", http, ames, branch("ames"))), lord);
}

/** One line of a memory report, with what it consists of. */
function part(name: string, bytes: number, ...parts: readonly Noun[]): Noun {
  return tuple(name, BigInt(bytes), list(...parts));
}

/** A memory report: its first levels, as recorded from a fresh ship. */
const MASS = list(
  part(
    "arvo",
    62_882_112,
    part("hoon", 4_645_200),
    part("hex", 668_224),
    part("pit", 144),
    part("lull", 3_317_104),
    part("zuse", 2_245_664),
    part("vane", 51_989_392, part("ames", 12_450_528), part("clay", 10_399_312), part("gall", 22_578_048)),
  ),
  part("total arvo stuff", 15_344, part("kernel", 15_264), part("wish cache", 80)),
  part("total jet stuff", 12_698_352, part("warm jet state", 85_328), part("cold jet state", 12_457_712)),
  part("total nock stuff", 7_868_320, part("bytecode programs", 7_490_480), part("bytecode cache", 377_840)),
  part("total road stuff", 2_922_976, part("page directory", 49_152), part("metadata", 702_800)),
  part("space profile", 4_688),
  part("total marked", 86_391_792),
  part("free lists", 47_858_272),
  part("sweep", 86_392_224),
  part("loom", 2_147_483_648),
);
