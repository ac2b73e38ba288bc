import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { families } from "./families.ts";
import { createLooker } from "./look.ts";
import { CONTENT_TYPE, exposition } from "./metrics.ts";
import { diskOf } from "./pier.ts";
import type { ShipSample } from "./sample.ts";

/**
 * The exporter for ships: serves /metrics on loopback (or a private address) and does nothing by itself. One file for
 * the distribution's own Node 18 or newer; it needs to read the piers and reach their control sockets, nothing else.
 */
const { values } = parseArgs({
  options: {
    listen: { type: "string", default: "127.0.0.1:9633" },
    home: { type: "string", default: "/var/lib/urbit" },
    backups: { type: "string", default: "/var/lib/slipway-agent/backups" },
    version: { type: "string", default: "0" },
  },
});
const at = values.listen.lastIndexOf(":");
const [host, port] = [values.listen.slice(0, at), Number(values.listen.slice(at + 1))];
const looker = createLooker({ home: values.home, backups: values.backups });

/** Scrapes that come together share one look. */
let looking: Promise<readonly ShipSample[]> | null = null;
function look(): Promise<readonly ShipSample[]> {
  looking ??= looker.look().finally(() => {
    looking = null;
  });
  return looking;
}

const server = createServer(async (request, response) => {
  if (request.method !== "GET" || request.url !== "/metrics") {
    response.writeHead(404).end("ships are told of at /metrics\n");
    return;
  }
  try {
    const text = exposition(families(await look(), await diskOf(values.home), values.version));
    response.writeHead(200, { "content-type": CONTENT_TYPE }).end(text);
  } catch (error) {
    response.writeHead(500).end(`${(error as Error).message}\n`);
  }
});
server.listen(port, host, () => console.log(`ships under ${values.home} on http://${values.listen}/metrics`));
for (const name of ["SIGTERM", "SIGINT"] as const) {
  process.on(name, () => {
    // Keepers see the end of their input and stay as long as they have something to read; nobody waits for them.
    looker.close();
    process.exit(0);
  });
}
