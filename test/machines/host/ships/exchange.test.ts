import { mkdir, mkdtemp } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { exchange, parseAnswers } from "../../../../src/machines/host/ships/exchange.ts";
import { REPLY_LIMIT } from "../../../../src/machines/host/ships/exchange-helper.ts";
import { connect } from "../../../../src/machines/host/transport.ts";
import { parseReply, peel } from "../../../../src/urbit/conn.ts";
import { frame } from "../../../../src/urbit/newt.ts";
import { tuple } from "../../../../src/urbit/noun.ts";

const here = connect({ name: "here", address: "local" } as Parameters<typeof connect>[0]);
const options = { seconds: 10, asRoot: false };
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A pier with somebody listening on its control socket; the path is too long for `sun_path`. */
async function pierWith(listener: (socket: Socket) => void): Promise<string> {
  const pier = join(await mkdtemp(join(tmpdir(), "slipway-exchange-")), "x".repeat(100), "zod");
  await mkdir(join(pier, ".urb"), { recursive: true });
  await listen(listener, join(pier, ".urb"), "conn.sock");
  return pier;
}

async function listen(listener: (socket: Socket) => void, folder: string, path: string): Promise<void> {
  const before = process.cwd();
  const server = createServer(listener);
  servers.push(server);
  process.chdir(folder);
  try {
    await new Promise<void>((done) => server.listen(path, done));
  } finally {
    process.chdir(before);
  }
}

async function tcp(listener: (socket: Socket) => void): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

describe("an exchange with a ship", () => {
  test("asks one thing at a time, on one connection, and leaves nothing unread", async () => {
    const seen: number[] = [];
    let connections = 0;
    const pier = await pierWith((socket) => {
      connections += 1;
      let count = 0;
      socket.on("data", (bytes) => {
        seen.push(bytes.length);
        count += 1;
        const reply = Buffer.from(frame(tuple(BigInt(count), 0n, "x".repeat(count * 1000))));
        // In two pieces: a reply may come in parts.
        socket.write(reply.subarray(0, 3));
        setTimeout(() => socket.write(reply.subarray(3)), 20);
      });
    });
    const requests = [peel(1n, "live"), peel(2n, "v"), peel(3n, "info")];
    const done = await exchange(here, [{ to: { unix: pier }, requests }], options);
    if (!done.ok) throw new Error(JSON.stringify(done.failure));
    expect(connections).toBe(1);
    expect(seen).toEqual(requests.map((bytes) => bytes.length));
    const replies = done.value[0]?.replies ?? [];
    expect(replies.map((reply, index) => parseReply(reply.bytes, BigInt(index + 1)).kind)).toEqual([
      "value",
      "value",
      "value",
    ]);
    expect(replies.every((reply) => reply.ms >= 15 && reply.ms < 10_000)).toBe(true);
  });

  test("a ship that does not answer ends our waiting, and never the connection", async () => {
    let closed = false;
    const sockets: Socket[] = [];
    const pier = await pierWith((socket) => {
      sockets.push(socket);
      socket.on("data", () => undefined);
      socket.on("close", () => {
        closed = true;
      });
    });
    const done = await exchange(here, [{ to: { unix: pier }, requests: [peel(1n, "live")] }], {
      ...options,
      seconds: 1,
    });
    expect(done).toMatchObject({ ok: true, value: [{ timedOut: true, replies: [] }] });
    expect(closed).toBe(false);
    const late = new Promise<void>((gone) => sockets[0]?.on("close", () => gone()));
    // The helper is still there, takes the late answer, and only then closes.
    sockets[0]?.write(frame(tuple(1n, 0n, 0n)));
    await late;
  });

  test("a reply over the limit is drained and thrown away", async () => {
    const size = REPLY_LIMIT + 100_000;
    const pier = await pierWith((socket) => {
      const head = Buffer.alloc(5);
      head.writeUInt32LE(size, 1);
      socket.on("data", () => socket.end(Buffer.concat([head, Buffer.alloc(size)])));
    });
    const done = await exchange(here, [{ to: { unix: pier }, requests: [peel(1n, "info")] }], options);
    expect(done).toMatchObject({ ok: true, value: [{ refused: null, replies: [], timedOut: false }] });
  });

  test("nobody there is an answer of its own", async () => {
    const pier = join(await mkdtemp(join(tmpdir(), "slipway-exchange-")), "zod");
    const done = await exchange(here, [{ to: { unix: pier }, requests: [peel(1n, "live")] }], options);
    expect(done).toMatchObject({ ok: true, value: [{ refused: "ENOENT" }] });
    const dead = await exchange(here, [{ to: { tcp: 1 }, requests: [Buffer.from("x")] }], options);
    expect(dead).toMatchObject({ ok: true, value: [{ refused: "ECONNREFUSED" }] });
  });

  test.each([
    ["closes", "HTTP/1.1 200 ok\r\n\r\n~zod", true],
    ["keeps the connection but says the length", "HTTP/1.1 200 ok\r\nContent-Length: 4\r\n\r\n~zod", false],
    [
      "keeps the connection and has nothing to say",
      "HTTP/1.1 204 ok\r\nConnection: keep-alive\r\nset-cookie: a=b\r\n\r\n",
      false,
    ],
    ["says an empty body", "HTTP/1.1 204 no content\r\nX: y\r\nContent-Length: 0\r\nServer: s\r\n\r\n", false],
  ])("HTTP of a server that %s", async (_, text, end) => {
    const port = await tcp((socket) => {
      socket.on("error", () => undefined);
      socket.on("data", () => (end ? socket.end(text) : socket.write(text)));
    });
    const done = await exchange(here, [{ to: { tcp: port }, requests: [Buffer.from("GET")] }], {
      ...options,
      seconds: 5,
    });
    if (!done.ok) throw new Error(JSON.stringify(done.failure));
    expect(done.value[0]?.timedOut).toBe(false);
    expect(Buffer.from(done.value[0]?.replies[0]?.bytes ?? "").toString()).toBe(text);
  });
});

test("what the helper prints is read line by line; noise is let go", () => {
  const text = "open\nreply 1.500 00ff\nreply 2 aa\neof\ndone\nerror ENOENT\ndone\nopen\ntimeout\ndone\n???\n";
  expect(parseAnswers(text)).toEqual([
    {
      refused: null,
      timedOut: false,
      replies: [
        { ms: 1.5, bytes: Buffer.from("00ff", "hex") },
        { ms: 2, bytes: Buffer.from("aa", "hex") },
      ],
    },
    { refused: "ENOENT", timedOut: false, replies: [] },
    { refused: null, timedOut: true, replies: [] },
  ]);
});
