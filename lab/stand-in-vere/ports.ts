import { createSocket } from "node:dgram";
import { rmSync, writeFileSync } from "node:fs";
import { serveHttp } from "./http.ts";
import { serveLens } from "./lens.ts";
import { paths } from "./pier.ts";
import { say } from "./settings.ts";
import type { Ship } from "./ship.ts";
import { eyre } from "./web.ts";

const FIRST_LOOPBACK = 12_321;
/** Ports tried when none was asked for, in this order. */
const USUAL = [80, ...Array.from({ length: 100 }, (_, index) => 8080 + index)];

/** Binds Ames' UDP port; a port that is taken ends the runtime. */
export async function bindAmes(ship: Ship, wished: number | null): Promise<void> {
  const galaxy = ship.number < 256n;
  const usual = galaxy ? Number(ship.number) + (ship.local ? 31_337 : 13_337) : 0;
  const port = wished ?? usual;
  const overriding = () => {
    if (!galaxy || port === usual) return;
    say(`ames: czar: overriding port ${usual} with -p ${port}`);
    say(`ames: czar: WARNING: ${usual} required for discoverability`);
  };
  overriding();
  say("mdns: init failed, install avahi on this system for mdns support");
  overriding();
  const socket = createSocket("udp4");
  try {
    await new Promise<void>((done, reject) => {
      socket.once("error", reject);
      socket.bind({ port, address: ship.local ? "127.0.0.1" : "0.0.0.0", exclusive: true }, done);
    });
  } catch {
    say("mesa: bind: address already in use");
    process.exit(1);
  }
  ship.amesPort = socket.address().port;
  say(`mesa: live on ${ship.amesPort}${ship.local ? " (localhost only)" : ""}`);
}

/** Binds the web server, then the loopback one, and writes both down. */
export async function bindHttp(ship: Ship, wished: number | null, ip: string | null): Promise<void> {
  const answer = eyre(ship);
  for (const port of wished === null ? USUAL : [wished]) {
    const failed = await serveHttp(answer, ip ?? "0.0.0.0", port);
    if (failed === null) {
      ship.httpPort = port;
      break;
    }
    if (failed === "EADDRNOTAVAIL") end(ship, "http: ip address not available");
    if (wished !== null)
      end(ship, `http: listen (${port}): ${failed === "EACCES" ? "permission denied" : "address already in use"}`);
  }
  if (ship.httpPort === 0) end(ship, "http: ip address not available");
  const lens = serveLens(ship);
  for (let port = FIRST_LOOPBACK; ship.loopbackPort === 0; port++)
    if ((await serveHttp(lens, "127.0.0.1", port)) === null) ship.loopbackPort = port;
  writeFileSync(paths(ship.pier).ports, `${ship.loopbackPort} insecure loopback\n${ship.httpPort} insecure public\n`);
  say(`http: web interface live on http://localhost:${ship.httpPort}`);
  say(`http: loopback live on http://localhost:${ship.loopbackPort}`);
}

function end(ship: Ship, line: string): never {
  say(line);
  rmSync(paths(ship.pier).sock, { force: true });
  process.exit(1);
}
