import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { pause } from "./vessel.ts";

/** How a client behaves that is not ours: tests of what a runtime does to it, and it to a runtime. */
export interface Manner {
  /** Each byte by itself. */
  readonly slowly?: boolean;
  /** Closes its writing side once all is sent. */
  readonly half?: boolean;
  /** Milliseconds until the first byte has to come, and each further reply. */
  readonly patience: number;
}

export interface Heard {
  /** Whole frames, in order. */
  readonly frames: readonly Buffer[];
  /** What was left of one that broke off. */
  readonly tail: Buffer;
  readonly closed: boolean;
}

/**
 * Sends bytes to a control socket and listens until `replies` frames have come, and, when `closing`, until the other
 * side closed. Nothing is left unread when it closes.
 */
export async function converse(
  path: string,
  bytes: Uint8Array,
  replies: number,
  closing: boolean,
  manner: Manner,
): Promise<Heard> {
  const socket = await open(path);
  let read: Buffer = Buffer.alloc(0);
  let closed = false;
  socket.on("data", (part: Buffer) => {
    read = Buffer.concat([read, part]);
  });
  socket.on("end", () => {
    closed = true;
  });
  socket.on("error", () => {
    closed = true;
  });
  await send(socket, bytes, manner);
  const frames = () => split(read).frames;
  for (let waited = 0; waited < manner.patience; waited += 2) {
    if (closed || (!closing && frames().length >= replies)) break;
    await pause(2);
  }
  // Whatever comes unasked, comes soon.
  if (!closed) await pause(30);
  socket.destroy();
  return { ...split(read), closed };
}

/** Connects; a backlog of 0 turns callers away for a moment. */
async function open(path: string, deaf = false): Promise<Socket> {
  for (let tries = 0; ; tries += 1) {
    const socket = connect({ path, allowHalfOpen: true });
    // Only one that was never let read leaves its answer unread in the kernel.
    if (deaf) socket.pause();
    try {
      await once(socket, "connect");
      return socket;
    } catch (error) {
      if (tries > 200 || !(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
      await pause(10);
    }
  }
}

async function send(socket: Socket, bytes: Uint8Array, { slowly, half }: Manner): Promise<void> {
  const parts = slowly === true ? [...bytes].map((byte) => Uint8Array.of(byte)) : [bytes];
  for (const part of parts) {
    if (part.length > 0) socket.write(part);
    if (slowly === true) await pause(2);
  }
  if (half === true) socket.end();
}

function split(bytes: Buffer): Pick<Heard, "frames" | "tail"> {
  const frames: Buffer[] = [];
  let rest = bytes;
  while (rest.length >= 5 && rest.length >= 5 + rest.readUInt32LE(1)) {
    const length = 5 + rest.readUInt32LE(1);
    frames.push(rest.subarray(0, length));
    rest = rest.subarray(length);
  }
  return { frames, tail: rest };
}

/** Sends bytes and goes away at once, without reading: what kills a ship. */
export async function sendAndLeave(path: string, bytes: Uint8Array, afterMs = 0): Promise<void> {
  const socket = await open(path, true);
  socket.on("error", () => undefined);
  await new Promise<void>((sent) => socket.write(bytes, () => sent()));
  if (afterMs > 0) await pause(afterMs);
  socket.destroy();
}
