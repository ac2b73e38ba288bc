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

/** One HTTP request to the engine. Not answering is transient: the engine is started, or starts again, by itself. */
export async function ask(
  door: Door,
  method: string,
  path: string,
  body?: unknown,
  timeoutMs = TIMEOUT_MS,
): Promise<Outcome<Answer>> {
  // Node's HTTP takes as long to load as a whole plan takes to make: only who asks the engine pays for it.
  const make = (
    await (door.kind === "url" && door.url.startsWith("https:") ? import("node:https") : import("node:http"))
  ).request;
  return new Promise((resolve) => {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers: Record<string, string> = payload === undefined ? {} : { "content-type": "application/json" };
    if (door.kind === "url" && door.token !== null) headers.authorization = `Bearer ${door.token}`;
    const held = door.kind === "socket" ? socketPath(door.path) : null;
    const options = { method, headers, timeout: timeoutMs, ...(held === null ? {} : { socketPath: held.path, path }) };
    const finish = (outcome: Outcome<Answer>) => {
      held?.close();
      resolve(outcome);
    };
    try {
      const request = door.kind === "url" ? make(new URL(path, door.url), options) : make(options);
      request.on("response", (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("error", (error) => finish(unreachable(door, error)));
        response.on("end", () =>
          finish(ok({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString("utf8") })),
        );
      });
      request.on("timeout", () => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
      request.on("error", (error) => finish(unreachable(door, error)));
      request.end(payload);
    } catch (error) {
      finish(unreachable(door, error as Error));
    }
  });
}

function unreachable(door: Door, error: Error) {
  const where = door.kind === "socket" ? door.path : door.url;
  return transient("engine-unreachable", `the engine does not answer at ${where}`, "slipway doctor", error.message);
}

function socketPath(path: string): { readonly path: string; close(): void } {
  if (Buffer.byteLength(path) <= LONGEST_SOCKET_PATH) return { path, close: () => undefined };
  const folder = openSync(dirname(path), "r");
  return { path: `/proc/self/fd/${folder}/${basename(path)}`, close: () => closeSync(folder) };
}
