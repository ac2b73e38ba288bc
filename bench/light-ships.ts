import { mkdirSync, writeFileSync } from "node:fs";
import { createServer as createWeb } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { frame, unframe } from "../src/urbit/newt.ts";
import { type Noun, textOf, tuple } from "../src/urbit/noun.ts";

/**
 * Light doubles of ships, one process for any number of them: piers with the files an exporter looks at, control sockets
 * that answer peels at once, one web port. What is measured against them is the exporter, not a ship.
 */
const [home = "", count = "0", port = "0"] = process.argv.slice(2);
const SYLLABLES = ["doz", "mar", "bin", "wan", "sam", "lit", "sig", "hid", "fid", "lis"];
const names = Array.from(
  { length: Number(count) },
  (_, at) => `${SYLLABLES[Math.floor(at / 10)]}${SYLLABLES[at % 10]}`,
);

const leaf = (name: string, value: bigint) => tuple(name, 0n, value);
const branch = (name: string, ...children: readonly Noun[]) => tuple(name, 1n, tuple(...children, 0n));
const VALUES: Readonly<Record<string, Noun>> = {
  live: 0n,
  khan: 0n,
  v: tuple("4.5"),
  info: branch("pier", branch("work", branch("lord", leaf("live", 0n), leaf("event", 51n)))),
};

function answer(request: Noun): Noun | null {
  if (typeof request === "bigint" || typeof request[1] === "bigint") return null;
  const [rid, [tag, body]] = request;
  if (textOf(tag) === "peek") return tuple(rid, "peek", 0n);
  const path = typeof body === "bigint" ? null : textOf(body[0]);
  if (path === "quic") return tuple(rid, "peel", "quic", tuple("open", 2_013_200_368n), tuple("idle", 47_913_088n), 0n);
  const value = VALUES[path ?? ""];
  return value === undefined ? [rid, 0n] : tuple(rid, 0n, value);
}

for (const name of names) {
  const pier = join(home, name);
  mkdirSync(join(pier, ".urb/log/0i0"), { recursive: true });
  mkdirSync(join(pier, ".urb/chk"), { recursive: true });
  writeFileSync(join(pier, ".urb/log/0i0/data.mdb"), Buffer.alloc(65_536));
  writeFileSync(join(pier, ".urb/chk/image.bin"), Buffer.alloc(4_096));
  writeFileSync(join(pier, ".http.ports"), `${port} insecure public\n`);
  createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      const cued = unframe(bytes);
      const reply = "bad" in cued ? null : answer(cued.noun);
      if (reply !== null) socket.write(frame(reply));
    });
  }).listen(join(pier, ".urb/conn.sock"));
}
createWeb((_, response) => response.writeHead(204).end()).listen(Number(port), "127.0.0.1", () => console.log("up"));
