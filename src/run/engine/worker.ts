import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import * as restate from "@restatedev/restate-sdk";
import { configuration, type Outcome, ok } from "../../base/outcome.ts";
import type { Workshop } from "../workshop.ts";
import { ask, type Door } from "./http.ts";
import { services } from "./services.ts";

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
  close(): Promise<void>;
}

/** Serves the handlers and tells the engine where. Unsigned requests are refused. */
export async function startWorker(shop: Workshop, admin: Door, options: WorkerOptions): Promise<Outcome<Worker>> {
  const loopback = options.host === "127.0.0.1" || options.host === "::1" || options.host === "localhost";
  if (options.identity.length === 0 && !loopback) {
    return configuration(
      "worker-unsigned",
      "a worker that listens beyond loopback serves signed requests only",
      "set SLIPWAY_ENGINE_IDENTITY to the engine's publickeyv1_… (printed in its log)",
    );
  }
  const endpoint = restate.endpoint();
  for (const service of services(shop)) endpoint.bind(service);
  if (options.identity.length > 0) endpoint.withIdentityV1(...options.identity);
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
  const url = options.advertise ?? `http://${options.host}:${port}/`;
  const registered = await register(admin, url);
  const close = async () => {
    for (const session of sessions) session.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  if (!registered.ok) {
    await close();
    return registered;
  }
  return ok({ url, close });
}

/**
 * Makes `url` the address of the handlers. The one deployment is moved rather than a second one made: work in flight
 * stays pinned to its deployment, and would wait for a dead worker for ever.
 */
export async function register(admin: Door, url: string): Promise<Outcome<null>> {
  const listed = await ask(admin, "GET", "/deployments");
  if (!listed.ok) return listed;
  const { deployments = [] } = JSON.parse(listed.value.body || "{}") as {
    deployments?: { id: string; uri?: string; services?: { name: string }[] }[];
  };
  const ours = deployments.find((item) => item.services?.some((service) => service.name === "steps"));
  const answer =
    ours === undefined
      ? await ask(admin, "POST", "/deployments", { uri: url, force: true })
      : await ask(admin, "PATCH", `/deployments/${ours.id}`, { uri: url, overwrite: true });
  if (!answer.ok) return answer;
  if (answer.value.status >= 300) {
    return configuration(
      "worker-not-registered",
      `the engine did not take the worker at ${url} (${answer.value.status})`,
      "check that the engine can reach that address, then: slipway up",
      answer.value.body.slice(0, 400),
    );
  }
  return ok(null);
}
