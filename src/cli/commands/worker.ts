import { mkdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { basename, dirname } from "node:path";
import { engineClient } from "../../run/engine/client.ts";
import { identityFile } from "../../run/engine/config.ts";
import { engineIdentity } from "../../run/engine/identity.ts";
import { workerSocket } from "../../run/engine/site.ts";
import { startWorker } from "../../run/engine/worker.ts";
import { openWorkshop } from "../../run/open-workshop.ts";
import { type Command, usage } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import type { Io } from "../io.ts";
import { homeOf } from "../site.ts";

export const command: Command = {
  name: "worker",
  summary: "run a worker in the foreground",
  usage: "",
  words: [0, 0],
  examples: ["slipway worker", "slipway worker --listen 10.0.0.5:9080 --advertise http://workers.internal:9080/"],
  options: {
    listen: { type: "string", value: "HOST:PORT", about: "where to listen; default 127.0.0.1 and any free port" },
    advertise: { type: "string", value: "URL", about: "how the engine reaches the workers, where that differs" },
  },
  run: async (input, io) => {
    const help = "slipway worker --help";
    const listen = /^(.+):(\d{1,5})$/.exec(input.text("listen") ?? "127.0.0.1:0");
    if (listen === null) return failWith(io, usage("--listen takes HOST:PORT", help).failure, false, EXIT.usage);
    const advertise = input.text("advertise");
    if (advertise !== null && !/^https?:$/.test(URL.parse(advertise)?.protocol ?? ""))
      return failWith(io, usage("--advertise takes an http:// or https:// URL", help).failure, false, EXIT.usage);
    const home = homeOf(io);
    const engine = engineClient(home, io.env);
    const shop = openWorkshop(home, engine);
    const worker = await startWorker(shop, engine, {
      host: (listen[1] ?? "").replace(/^\[|\]$/g, ""),
      port: Number(listen[2]),
      advertise,
      identity: await identities(io),
      log: (line) => io.err(`${line}\n`),
    });
    if (!worker.ok) return failWith(io, worker.failure);
    const health = await serveHealth(workerSocket(home, process.pid));
    const part = worker.value.standsBy ? "another serves, it takes over when that one goes silent" : "serves";
    io.out(`worker at ${worker.value.url}: ${part}\n`);
    await new Promise<void>((resolve) => {
      io.onInterrupt(resolve);
    });
    await health.close();
    await worker.value.close();
    await shop.close();
    return EXIT.done;
  },
};

/** Our own engine signs with the site's key; a cluster's public keys come from the environment. */
async function identities(io: Io): Promise<readonly string[]> {
  if (io.env.SLIPWAY_ENGINE_IDENTITY) return io.env.SLIPWAY_ENGINE_IDENTITY.split(/[\s,]+/).filter(Boolean);
  if (io.env.SLIPWAY_ENGINE_URL) return [];
  return [await engineIdentity(identityFile(homeOf(io)))];
}

/** A socket that answers with our PID: whoever gets no answer there takes the worker for dead. */
async function serveHealth(path: string): Promise<{ close(): Promise<void> }> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await rm(path, { force: true });
  const server = createServer((_request, response) => response.end(String(process.pid)));
  const before = process.cwd();
  // A relative path keeps the socket's name within the kernel's 108 bytes wherever the state directory lies.
  process.chdir(dirname(path));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(basename(path), resolve);
  });
  process.chdir(before);
  return {
    close: async () => {
      server.close();
      await rm(path, { force: true });
    },
  };
}
