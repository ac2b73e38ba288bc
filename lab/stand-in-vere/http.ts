import { createServer, type Socket } from "node:net";
import { VERSION } from "./settings.ts";

/** HTTP/1.1 as the runtime's server speaks it: its words, its headers in its order. */
export interface Request {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  /** The words behind the number, where they are not the usual ones. */
  readonly reason?: string;
  readonly headers?: readonly (readonly [string, string])[];
  /** Null: no body and no length, which ends the connection where a body could have been. */
  readonly body: string | Buffer | null;
  /** Sent in chunks instead, for as long as the client listens; returns how to stop. */
  readonly stream?: (send: (text: string) => void) => () => void;
  /** A stream that ends when it has sent all: one chunk for the body. */
  readonly chunked?: boolean;
}

export type Answer = (request: Request) => Promise<Reply | null>;

/** The words a ship's server puts behind its numbers. */
const REASONS: Readonly<Record<number, string>> = { 200: "ok", 204: "ok", 303: "moved", 500: "hosed" };
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT"];

/** What the king answers by itself, whatever the ship is at. */
export function health(busy: boolean): Reply {
  return busy ? { status: 429, reason: "busy", body: "" } : { status: 204, reason: "no content", body: "" };
}

/** Listens; null, or why it cannot (`EADDRINUSE` …). */
export function serveHttp(answer: Answer, ip: string, port: number): Promise<string | null> {
  const server = createServer((socket) => converse(socket, answer));
  return new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "unknown"));
    server.listen(port, ip, () => resolve(null));
  });
}

function converse(socket: Socket, answer: Answer): void {
  let bytes: Buffer = Buffer.alloc(0);
  let turn = Promise.resolve();
  socket.on("error", () => socket.destroy());
  socket.on("data", (part: Buffer) => {
    bytes = Buffer.concat([bytes, part]);
    for (let read = take(bytes); read !== null; read = take(bytes)) {
      if (read === "garbage") return refuse(socket);
      const { request, close, rest } = read;
      bytes = rest;
      turn = turn.then(async () => write(socket, request, await replyTo(request, answer), close));
    }
  });
}

async function replyTo(request: Request, answer: Answer): Promise<Reply | null> {
  if (METHODS.includes(request.method)) return answer(request);
  return {
    status: 400,
    reason: "bad request",
    headers: [["content-type", "text/plain; charset=utf-8"]],
    body: "bad request",
  };
}

type Taken = { readonly request: Request; readonly close: boolean; readonly rest: Buffer };

/** One whole request off the front, null while it is not there yet. */
function take(bytes: Buffer): Taken | "garbage" | null {
  const end = bytes.indexOf("\r\n\r\n");
  const first = /^([A-Z]+) (\S+) HTTP\/1\.([01])\r\n/.exec(bytes.subarray(0, 16_384).toString("latin1"));
  if (first === null) return bytes.includes("\r\n") ? "garbage" : null;
  if (end < 0) return null;
  const lines = bytes.subarray(0, end).toString("latin1").split("\r\n").slice(1);
  const headers = new Map(
    lines.map((line) => [line.split(":", 1)[0]?.toLowerCase() ?? "", line.slice(line.indexOf(":") + 1).trim()]),
  );
  const length = Number(headers.get("content-length") ?? 0);
  if (bytes.length < end + 4 + length) return null;
  const body = bytes.subarray(end + 4, end + 4 + length).toString("utf8");
  const [, method = "", path = "", minor] = first;
  const close = minor === "0" || headers.get("connection")?.toLowerCase() === "close";
  return { request: { method, path, headers, body }, close, rest: bytes.subarray(end + 4 + length) };
}

function refuse(socket: Socket): void {
  const head = [
    "HTTP/1.1 400 Bad Request",
    "Content-Type: text/plain; charset=utf-8",
    "Connection: close",
    "Content-Length: 11",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\nBad Request`);
}

function write(socket: Socket, request: Request, reply: Reply | null, wanted: boolean): void {
  // A page that is never answered: nothing more comes on this connection.
  if (reply === null || socket.destroyed) return;
  const { status, headers = [], body, stream } = reply;
  const streaming = stream !== undefined || reply.chunked === true;
  const close = wanted || (body === null && status !== 204 && !streaming);
  const head = [
    `HTTP/1.1 ${status} ${reply.reason ?? REASONS[status] ?? "missing"}`,
    `Date: ${new Date().toUTCString()}`,
    `Connection: ${close ? "close" : "keep-alive"}`,
    ...(body === null || streaming
      ? []
      : [`Content-Length: ${request.method === "HEAD" ? 0 : Buffer.byteLength(body)}`]),
    `Server: urbit/vere-${VERSION}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(streaming ? ["transfer-encoding: chunked"] : []),
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  const chunk = (text: string | Buffer) => socket.write(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
  if (stream !== undefined) {
    const stop = stream(chunk);
    socket.on("close", stop);
    return;
  }
  if (reply.chunked === true) {
    chunk(body ?? "");
    socket.write("0\r\n\r\n");
  } else if (body !== null && request.method !== "HEAD") socket.write(body);
  if (close) socket.end();
}
