import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import * as restate from "@restatedev/restate-sdk";
import { configuration, type Outcome, ok } from "../../base/outcome.ts";
import type { Workshop } from "../workshop.ts";
import type { Door } from "./http.ts";
import { services } from "./services.ts";
import { takeTurns } from "./turn.ts";

export interface WorkerOptions {
  /** Loopback unless told otherwise. Port 0: any free one. */
  readonly host: string;
  readonly port: number;
  /** URL the engine reaches this worker under; null for `http://host:port`. */
  readonly advertise: string | null;
  /** Public keys of the engines whose signed requests are served. */
  readonly identity: readonly string[];
  readonly log: (line: string) => void;
}

export interface Worker {
  readonly url: string;
  /** Another worker serves; this one takes over when that one goes silent. */
  readonly standsBy: boolean;
  close(): Promise<void>;
}

/** Serves the handlers and tells the engine where. Unsigned requests are refused. */
export async function startWorker(
  shop: Workshop,
  engine: { readonly admin: Door; readonly ingress: Door },
  options: WorkerOptions,
): Promise<Outcome<Worker>> {
  if (options.identity.length === 0) {
    return configuration(
      "worker-unsigned",
      "a worker serves signed requests only, and no engine's public key is known",
      "set SLIPWAY_ENGINE_IDENTITY to the engine's publickeyv1_… (it prints it when it starts)",
    );
  }
  const endpoint = restate.endpoint().withIdentityV1(...options.identity);
  for (const service of services(shop)) endpoint.bind(service);
  endpoint.setLogger((meta, message, ...rest) => {
    if (meta.level === "warn" || meta.level === "error") {
      const text = rest.map((item) => (item instanceof Error ? item.message : String(item))).join(" ");
      options.log(`${new Date().toISOString()} ${meta.level} ${String(message)} ${text}`);
    }
  });
  const server = createServer(endpoint.http2Handler());
  const sessions = new Set<{ destroy(): void }>();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
    session.on("error", () => undefined);
  });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(options.port, options.host, resolve);
    });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const what = code === "EADDRINUSE" ? `port ${options.port} is taken by another program` : message;
    return configuration("worker-port", what, "choose another with --listen HOST:PORT, or leave it out");
  }
  const { port } = server.address() as AddressInfo;
  const url = new URL(
    options.advertise ?? `http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${port}/`,
  ).href;
  const close = async () => {
    for (const session of sessions) session.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  const turn = await takeTurns(engine, url, options.log);
  if (!turn.ok) {
    await close();
    return turn;
  }
  return ok({
    url,
    standsBy: turn.value.standsBy,
    close: async () => {
      turn.value.stop();
      await close();
    },
  });
}
