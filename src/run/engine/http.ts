import { closeSync, openSync } from "node:fs";
import { basename, dirname } from "node:path";
import { type Outcome, ok, transient } from "../../base/outcome.ts";

/** Where one of the engine's two doors is: a Unix socket only we can open, or the URL of a cluster. */
export type Door =
  | { readonly kind: "socket"; readonly path: string }
  | { readonly kind: "url"; readonly url: string; readonly token: string | null };

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** `sun_path` holds 108 bytes with its end mark; a longer path is reached through its directory's descriptor. */
const LONGEST_SOCKET_PATH = 107;
const TIMEOUT_MS = 30_000;

interface Request {
  readonly method: "GET" | "POST" | "PATCH";
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Longest silence; default half a minute. */
  readonly timeoutMs?: number | undefined;
}

/** One HTTP request to the engine. Not answering is transient: the engine is started, or starts again, by itself. */
export async function ask(
  door: Door,
  { method, path, body, headers: extra, timeoutMs = TIMEOUT_MS }: Request,
): Promise<Outcome<Answer>> {
  // Node's HTTP takes as long to load as a whole plan takes to make: only who asks the engine pays for it.
  const make = (
    await (door.kind === "url" && door.url.startsWith("https:") ? import("node:https") : import("node:http"))
  ).request;
  return new Promise((resolve) => {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers: Record<string, string> = { ...extra, accept: "application/json" };
    if (payload !== undefined) headers["content-type"] = "application/json";
    if (door.kind === "url" && door.token !== null) headers.authorization = `Bearer ${door.token}`;
    let held: ReturnType<typeof socketPath> | null = null;
    const finish = (outcome: Outcome<Answer>) => {
      held?.close();
      held = null;
      resolve(outcome);
    };
    try {
      held = door.kind === "socket" ? socketPath(door.path) : null;
      const where = held === null ? {} : { socketPath: held.path, path };
      const options = { method, headers, timeout: timeoutMs, ...where };
      const request = door.kind === "url" ? make(new URL(path, door.url), options) : make(options);
      request.on("response", (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("error", (error) => finish(unreachable(door, error)));
        response.on("end", () =>
          finish(ok({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString("utf8") })),
        );
      });
      request.on("timeout", () => {
        finish(silent(door, timeoutMs));
        request.destroy();
      });
      request.on("error", (error) => finish(unreachable(door, error)));
      request.end(payload);
    } catch (error) {
      finish(unreachable(door, error as Error));
    }
  });
}

function unreachable(door: Door, error: Error) {
  return transient(
    "engine-unreachable",
    `the engine does not answer at ${where(door)}`,
    "slipway doctor",
    error.message,
  );
}

/** It took the request: what was asked may still be done. */
function silent(door: Door, timeoutMs: number) {
  const why = `nothing came within ${timeoutMs / 1000} s`;
  return transient(
    "engine-silent",
    `the engine at ${where(door)} took the request and is silent`,
    "slipway status",
    why,
  );
}

function where(door: Door): string {
  return door.kind === "socket" ? door.path : door.url;
}

function socketPath(path: string): { readonly path: string; close(): void } {
  if (Buffer.byteLength(path) <= LONGEST_SOCKET_PATH) return { path, close: () => undefined };
  const folder = openSync(dirname(path), "r");
  return { path: `/proc/self/fd/${folder}/${basename(path)}`, close: () => closeSync(folder) };
}
