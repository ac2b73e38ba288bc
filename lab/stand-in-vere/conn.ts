import { chmodSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { frame, unframe } from "../../src/urbit/newt.ts";
import { list, type Noun, textOf, tuple } from "../../src/urbit/noun.ts";
import { parsePoint } from "../../src/urbit/point.ts";
import { complain, fault, say, sleep } from "./settings.ts";
import { codeOf, type Ship } from "./ship.ts";

/** Longest reply that arrives whole (OBSERVED, control socket 4). */
const LONGEST = 219_264;
/** How much of the endless log of an unread reply is written before the end; a real king writes 30 MB. */
const FLOOD_LINES = 20_000;

/** The control socket. Call with the pier as working directory: the socket's own path is relative, as the runtime's is. */
export function serveConn(ship: Ship): Promise<Server> {
  rmSync(".urb/conn.sock", { force: true });
  const server = createServer({ allowHalfOpen: true }, (socket) => converse(ship, socket));
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ path: ".urb/conn.sock", backlog: 1 }, () => {
      chmodSync(".urb/conn.sock", 0o755);
      resolve(server);
    });
  });
}

function converse(ship: Ship, socket: Socket): void {
  let buffer = Buffer.alloc(0);
  let closed = false;
  socket.on("error", (error: NodeJS.ErrnoException) => die(error.code ?? ""));
  socket.on("data", (part: Buffer) => {
    buffer = Buffer.concat([buffer, part]);
    while (!closed) {
      if (buffer.length > 0 && buffer[0] !== 0) return bail(socket, -1, "newt-decode", close);
      if (buffer.length < 5) return;
      const length = buffer.readUInt32LE(1);
      if (length === 0) return bail(socket, -1, "newt-decode", close);
      // A header of ff ff ff ff waits for ever (OBSERVED 7).
      if (buffer.length < 5 + length) return;
      const whole = buffer.subarray(0, 5 + length);
      buffer = buffer.subarray(5 + length);
      void answer(ship, socket, whole, close);
    }
  });
  const close = () => {
    closed = true;
  };
}

/** What a client that went away does to the king: a broken reply ends it by SIGSEGV. */
function die(code: string): void {
  if (code === "ECONNRESET") {
    complain("newt: read failed connection reset by peer");
    say("conn: moor bail -104 connection reset by peer");
    process.stderr.write(
      "newt: write failed broken pipe\r\nconn: moor bail -32 broken pipe\r\n".repeat(FLOOD_LINES / 2),
    );
  } else {
    complain("newt: write failed broken pipe");
    say("conn: moor bail -32 broken pipe");
  }
  complain("loom: external fault: 0x55adcba60dbf (0x200000000 : 0x280000000)");
  process.kill(process.pid, "SIGSEGV");
}

function send(socket: Socket, noun: Noun, then: () => void = () => undefined): void {
  const bytes = frame(noun);
  if (bytes.length > LONGEST) {
    complain("newt: write canceled");
    socket.write(bytes.subarray(0, LONGEST), () => socket.destroySoon());
    return;
  }
  socket.write(bytes, then);
}

function bail(socket: Socket, code: number, message: string, close: () => void): void {
  close();
  say(`conn: moor bail ${code} ${message}`);
  send(socket, tuple(0n, "bail", BigInt(code >>> 0), message), () => socket.end());
}

async function answer(ship: Ship, socket: Socket, bytes: Uint8Array, close: () => void): Promise<void> {
  const cued = unframe(bytes);
  if ("bad" in cued) return bail(socket, -1, "cue-none", close);
  const request = cued.noun;
  if (typeof request === "bigint") return bail(socket, -2, "jar-bad", close);
  const [rid, rest] = request;
  if (typeof rid !== "bigint" || typeof rest === "bigint") return bail(socket, -2, "jar-bad", close);
  const [tag, body] = rest;
  switch (textOf(tag)) {
    case "peel": {
      const slow = Number(fault("slow-peel") ?? 0);
      if (slow > 0) await sleep(slow);
      return send(socket, peel(ship, rid, words(body)));
    }
    case "peek":
      return send(socket, tuple(rid, "peek", peek(ship, body)));
    case "fyrd":
      return fyrd(ship, socket, rid, body);
    case "ovum": {
      if (typeof body === "bigint") return bail(socket, -6, "ovum-bad", close);
      await ship.commit(1);
      return send(socket, tuple(rid, "news", "done"));
    }
    case "urth": {
      const [what] = words(body).length > 0 ? words(body) : [textOf(typeof body === "bigint" ? body : body[0]) ?? ""];
      if (what !== "pack" && what !== "meld") return bail(socket, -7, "urth-bad", close);
      send(socket, tuple(rid, 0n));
      complain("mars: pack: gained: MB/3.981.312");
      return;
    }
    default:
      return bail(socket, -3, "tag-unknown", close);
  }
}

/** A path: a list of knots; a bare atom is none. */
function words(noun: Noun): readonly string[] {
  const found: string[] = [];
  let rest = noun;
  while (typeof rest !== "bigint" && found.length < 16) {
    found.push(textOf(rest[0]) ?? "");
    rest = rest[1];
  }
  return rest === 0n ? found : [];
}

function peel(ship: Ship, rid: bigint, path: readonly string[]): Noun {
  const value = peeled(ship, path);
  if (path[0] === "quic" && path.length === 1) {
    return tuple(rid, "peel", "quic", tuple("open", 2_013_200_368n), tuple("idle", 47_913_088n), 0n);
  }
  return value === null ? [rid, 0n] : tuple(rid, 0n, value);
}

function peeled(ship: Ship, path: readonly string[]): Noun | null {
  switch (path.join("/")) {
    case "live":
      return ship.live ? 0n : 1n;
    case "khan":
      return ship.khan ? 0n : 1n;
    case "who":
      return ship.number;
    case "v":
      return tuple("4.5");
    case "port/ames":
      return BigInt(ship.amesPort);
    case "port/http":
      return BigInt(ship.httpPort);
    case "port/htls":
      return 0n;
    case "help":
      return list(
        ...["help", "info", "khan", "live", "mass", "quic"].map((name) => list(name)),
        tuple("port", "ames", "htls", "http", 0n),
        list("v"),
        list("who"),
      );
    case "info":
      return info(ship);
    default:
      return null;
  }
}

function info(ship: Ship): Noun {
  const leaf = (name: string, value: bigint) => tuple(name, 0n, value);
  const branch = (name: string, ...children: readonly Noun[]) => tuple(name, 1n, list(...children));
  const auto = branch(
    "auto",
    branch("http", leaf("open-slogstreams", 0n)),
    branch("ames", leaf("filtering", 0n), leaf("dropped", 0n)),
  );
  const lord = branch(
    "lord",
    leaf("live", 0n),
    leaf("event", BigInt(ship.event)),
    leaf("queue", 0n),
    branch("moat", leaf("pending-inbound", 0n)),
  );
  return branch("pier", branch("work", auto, lord));
}

/** The few scries a test needs; everything else has no result. */
function peek(ship: Ship, body: Noun): Noun {
  if (typeof body === "bigint" || typeof body[1] === "bigint" || body[0] !== 1n) return 0n;
  const [, spec] = body;
  const path = words(spec);
  if (path.slice(0, 3).join("/") === "once/cx/base" && path.slice(3).join("/") === "sys/kelvin") {
    return tuple(
      0n,
      "omen",
      list("cx", ship.who, "base", "~2026.11.23", "sys", "kelvin"),
      "kelvin",
      tuple("zuse", 408n),
    );
  }
  return 0n;
}

const POKE = /poke \[our %(\w+)\] %([\w-]+)/;

async function fyrd(ship: Ship, socket: Socket, rid: bigint, body: Noun): Promise<void> {
  const hoon = threadText(body);
  const done = (result: Noun) => send(socket, tuple(rid, "avow", result), () => socket.end());
  const goof = (...why: readonly string[]) =>
    done([
      1n,
      tuple(
        "thread-fail",
        list(...why.map((line) => tuple("leaf", list(...line.split("").map((c) => BigInt(c.charCodeAt(0))))))),
      ),
    ]);
  if (hoon === null) return goof("no-file-for-thread");
  if (hoon === "") return done([1n, tuple("thread-fail", "no-command", 0n)]);
  const pause = /\(sleep ~s(\d+)\)/.exec(hoon)?.[1];
  if (pause !== undefined) await sleep(Number(pause) * 1000);
  const poke = POKE.exec(hoon);
  if (poke !== null && poke[1] !== "hood") {
    say(`gall: not running %${poke[1]} yet, got %poke`);
    return;
  }
  if (poke !== null && poke[2] === "no-such-mark") return goof("poke-fail");
  await ship.commit(poke === null ? 1 : 2);
  if (poke?.[2] === "drum-exit") setTimeout(() => ship.leave(), 20);
  if (/\/j\/code/.test(hoon)) {
    const code = codeOf(ship.who);
    return done(tuple(0n, "noun", hoon.includes("crip") ? tuple(code) : numberOf(`~${code}`)));
  }
  if (/scot %p our/.test(hoon)) return done(tuple(0n, "noun", ship.who));
  const cord = /pure:m !>\('([^']*)'\)/.exec(hoon)?.[1];
  if (cord !== undefined) return done(tuple(0n, "noun", cord));
  return goof("find", "crash");
}

/** The text of a `khan-eval` on the base desk; null for any other thread. */
function threadText(body: Noun): string | null {
  const items: Noun[] = [];
  let rest = body;
  while (typeof rest !== "bigint" && items.length < 4) {
    items.push(rest[0]);
    rest = rest[1];
  }
  const [desk, thread, , mark] = items.map((item) => textOf(item));
  return desk === "base" && thread === "khan-eval" && mark === "ted-eval" ? textOf(rest) : null;
}

function numberOf(name: string): bigint {
  const point = parsePoint(name);
  return point.ok ? point.value.number : 0n;
}
