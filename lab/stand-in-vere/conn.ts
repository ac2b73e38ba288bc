import { chmodSync, rmSync, writeSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { frame, HEADER, unframe } from "../../src/urbit/newt.ts";
import { type Noun, textOf, tuple } from "../../src/urbit/noun.ts";
import { libc } from "./lock.ts";
import { answer, type Line } from "./requests.ts";
import { complain, say } from "./settings.ts";
import type { Ship } from "./ship.ts";

/** Where a thread's reply is cut: what the socket took before the king closed it (OBSERVED, control socket 4). */
const LONGEST = 219_264;
/** How much of the endless log of an unread reply is written before the end; a real king writes 30 MB. */
const FLOOD_LINES = 20_000;

/** The control socket. Call with the pier as working directory: the socket's own path is relative, as the runtime's is. */
export async function serveConn(ship: Ship): Promise<Server> {
  rmSync(".urb/conn.sock", { force: true });
  const server = createServer({ allowHalfOpen: true }, (socket) => converse(ship, socket));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(".urb/conn.sock", resolve);
  });
  chmodSync(".urb/conn.sock", 0o755 & ~process.umask());
  // Node cannot ask for a backlog of 0, which turns callers away while one waits (OBSERVED, control socket 2).
  const handle = (server as unknown as { readonly _handle: { readonly fd: number } })._handle;
  libc("int listen(int fd, int backlog)")(handle.fd, 0);
  return server;
}

function converse(ship: Ship, socket: Socket): void {
  let bytes: Buffer = Buffer.alloc(0);
  const line = lineTo(socket);
  socket.on("error", (error: NodeJS.ErrnoException) => die(error.code ?? "", line.thread));
  socket.on("data", (part: Buffer) => {
    if (line.closed) return;
    bytes = Buffer.concat([bytes, part]);
    const whole: Uint8Array[] = [];
    // What came at once is read at once: a bad frame takes the good ones before it along.
    for (let length = lengthOf(bytes); length !== null; length = lengthOf(bytes)) {
      if (length === "bad") {
        line.bail(-1, "newt-decode");
        return;
      }
      whole.push(bytes.subarray(0, length));
      bytes = bytes.subarray(length);
    }
    for (const request of whole) receive(ship, line, request);
  });
}

/** Length of the first frame with its head; null while it is not all there. */
function lengthOf(bytes: Buffer): number | "bad" | null {
  if (bytes.length > 0 && bytes[0] !== 0) return "bad";
  if (bytes.length < HEADER) return null;
  const length = bytes.readUInt32LE(1);
  if (length === 0) return "bad";
  // A head of ff ff ff ff waits for ever (OBSERVED, control socket 7).
  return bytes.length < HEADER + length ? null : HEADER + length;
}

function receive(ship: Ship, line: Line, bytes: Uint8Array): void {
  const cued = unframe(bytes);
  const noun = "bad" in cued ? null : cued.noun;
  if (noun === null) line.bail(-1, "cue-none");
  else if (typeof noun === "bigint" || typeof noun[0] !== "bigint" || typeof noun[1] === "bigint")
    line.bail(-2, "jar-bad");
  else void answer(ship, line, noun[0], textOf(noun[1][0]) ?? "", noun[1][1]);
}

interface OpenLine extends Line {
  readonly closed: boolean;
  /** The reply under way is a thread's, whose failed write prints one line less. */
  readonly thread: boolean;
}

function lineTo(socket: Socket): OpenLine {
  let closed = false;
  let thread = false;
  // What was written is the client's to read; what it wrote meanwhile is nobody's business any more.
  const leave = (error?: Error | null) => {
    if (error === null || error === undefined) socket.destroy();
  };
  return {
    get closed() {
      return closed;
    },
    get thread() {
      return thread;
    },
    reply: (noun: Noun) => {
      if (!closed) socket.write(frame(noun));
    },
    /** A thread's answer ends the connection, whatever else was asked on it (OBSERVED, control socket 5). */
    finish: (noun: Noun) => {
      if (closed) return false;
      closed = true;
      thread = true;
      const bytes = frame(noun);
      if (bytes.length > LONGEST) complain("newt: write canceled");
      socket.write(bytes.subarray(0, LONGEST), leave);
      return true;
    },
    bail: (code: number, message: string) => {
      if (closed) return;
      closed = true;
      say(`conn: moor bail ${code} ${message}`);
      socket.write(frame(tuple(0n, "bail", BigInt(code >>> 0), message)), leave);
    },
  };
}

/** What a client that went away does to the king: a broken reply ends it by SIGSEGV. */
function die(code: string, thread: boolean): void {
  complain(code === "ECONNRESET" ? "newt: read failed connection reset by peer" : "newt: write failed broken pipe");
  if (!thread) say(`conn: moor bail ${code === "ECONNRESET" ? "-104 connection reset by peer" : "-32 broken pipe"}`);
  if (code === "ECONNRESET") flood();
  else if (!thread) complain("newt: write failed broken pipe");
  for (const text of ["loom: external fault: 0x55adcba60dbf (0x200000000 : 0x280000000)", "", "Stacktrace:"])
    complain(text);
  process.kill(process.pid, "SIGSEGV");
}

/** Written to the end before the process dies, however slowly it is read. */
function flood(): void {
  let rest = Buffer.from(
    "newt: write failed broken pipe\r\nconn: moor bail -32 broken pipe\r\n".repeat(FLOOD_LINES / 2),
  );
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(process.stderr.fd, rest));
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) return;
    }
  }
}
