import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { transient } from "../../base/outcome.ts";
import type { ByteStream } from "./probe.ts";

/** What comes of a connection that was opened: `use`'s result, or why there was none. */
export type Dialled<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

/** A connection to a port of this machine's own loopback. */
export async function dialHere<T>(port: number, use: (stream: ByteStream) => Promise<T>): Promise<Dialled<T>> {
  const socket = connectTcp(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    socket.on("error", () => undefined);
    return { ok: true, value: await use(socket) };
  } catch (error) {
    return { ok: false, why: (error as Error).message };
  } finally {
    socket.destroy();
  }
}

/** A connection that `ssh -W` opens from the host to a port of its loopback; `argv` names both. */
export async function dialThrough<T>(
  argv: readonly string[],
  timeoutMs: number,
  use: (stream: ByteStream) => Promise<T>,
): Promise<Dialled<T>> {
  const [file = "ssh", ...rest] = argv;
  const child = spawn(file, rest, { stdio: ["pipe", "pipe", "pipe"], detached: true });
  let said = "";
  child.stderr.on("data", (part: Buffer) => {
    said = `${said}${part.toString()}`.slice(-500);
  });
  // A child that ends early closes its pipes: the reader sees the end, and nothing is thrown.
  child.stdin.on("error", () => undefined);
  const failed = new Promise<string>((resolve) => child.on("error", (error) => resolve(error.message)));
  const late = new Promise<string>((resolve) => setTimeout(() => resolve("it took too long"), timeoutMs).unref());
  try {
    const used = use({ input: child.stdin, output: child.stdout }).then((value) => ({ ok: true, value }) as const);
    const ended = Promise.race([failed, late]).then((why) => ({ ok: false, why }) as const);
    const result = await Promise.race([used, ended]);
    return result.ok && said !== "" && result.value === null ? { ok: false, why: said.trim() } : result;
  } finally {
    child.kill("SIGTERM");
  }
}

export function nothingAnswers(name: string, port: number, why: string) {
  return transient(
    "port-silent",
    `Nothing on ${name} answers HTTP on port ${port} of its loopback, as asked from here.`,
    `See there: curl -i http://127.0.0.1:${port}/~_~/healthz`,
    why || undefined,
  );
}
