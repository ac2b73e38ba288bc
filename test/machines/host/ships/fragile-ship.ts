import { once } from "node:events";
import { mkdir, mkdtemp } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CODE_HOON } from "../../../../src/urbit/conn.ts";
import { frame, HEADER, unframe } from "../../../../src/urbit/newt.ts";
import { list, type Noun, textOf, tuple } from "../../../../src/urbit/noun.ts";

export interface FragileShip {
  readonly pier: string;
  /** Why it would have died by now: one line per client that went away before its answer was taken. */
  readonly deaths: readonly string[];
  readonly answered: () => number;
  /** Connections that are open now. */
  readonly open: () => number;
  close(): void;
}

/**
 * As much of a ship's control socket as its weakness needs: a client that goes away while it is owed an answer, or with
 * one unread, kills it. Answers come after `delayMs()`, in two pieces.
 */
export async function fragileShip(code: string, delayMs: () => number): Promise<FragileShip> {
  const pier = join(await mkdtemp(join(tmpdir(), "slipway-fragile-")), "zod");
  await mkdir(join(pier, ".urb"), { recursive: true });
  const deaths: string[] = [];
  let answered = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let owed = 0;
    let bytes = Buffer.alloc(0);
    const answer = (request: Noun) => {
      owed += 1;
      setTimeout(() => {
        const reply = Buffer.from(frame(replyTo(request, code)));
        if (socket.destroyed || socket.readableEnded)
          return void deaths.push("the client was gone when its answer was ready");
        socket.write(reply.subarray(0, 4));
        setTimeout(() => {
          if (socket.destroyed) return void deaths.push("the client was gone in the middle of its answer");
          socket.write(reply.subarray(4), () => {
            owed -= 1;
            answered += 1;
          });
        }, delayMs());
      }, delayMs());
    };
    socket.on("data", (part) => {
      bytes = Buffer.concat([bytes, part]);
      while (bytes.length >= HEADER && bytes.length >= HEADER + bytes.readUInt32LE(1)) {
        const size = HEADER + bytes.readUInt32LE(1);
        const read = unframe(bytes.subarray(0, size));
        bytes = bytes.subarray(size);
        if ("noun" in read) answer(read.noun);
      }
    });
    socket.on("end", () => {
      if (owed > 0) deaths.push("the client half-closed while it was owed an answer");
    });
    // ECONNRESET here: it closed with bytes of ours unread.
    socket.on("error", (error) => deaths.push(`socket error: ${error.message}`));
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(join(pier, ".urb/conn.sock"));
  await once(server, "listening");
  return {
    pier,
    deaths,
    answered: () => answered,
    open: () => sockets.size,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function replyTo(request: Noun, code: string): Noun {
  if (typeof request === "bigint") return 0n;
  const [rid, rest] = request;
  if (typeof rest === "bigint") return 0n;
  if (textOf(rest[0]) === "fyrd") {
    const body = last(rest[1]);
    return tuple(rid, "avow", 0n, "noun", textOf(body) === CODE_HOON ? code : "success");
  }
  const path = typeof rest[1] === "bigint" ? "" : textOf(rest[1][0]);
  const values: Record<string, Noun> = {
    v: tuple("4.5"),
    info: tuple(
      "pier",
      1n,
      list(tuple("lord", 1n, list(tuple("event", 0n, 84n), tuple("filler", 0n, 1n << 200_000n)))),
    ),
  };
  return tuple(rid, 0n, values[path ?? ""] ?? 0n);
}

function last(noun: Noun): Noun {
  let rest = noun;
  while (typeof rest !== "bigint") rest = rest[1];
  return rest;
}
