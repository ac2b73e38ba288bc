import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { freeTcp, freeUdp } from "../../../lab/ports.ts";
import { buildStandIn } from "../../../lab/stand-in-vere/build.ts";
import { frame } from "../../../src/urbit/newt.ts";
import { tuple } from "../../../src/urbit/noun.ts";
import { converse } from "../raw.ts";
import { finish, launch, pause, sweep, type Vessel } from "../vessel.ts";
import { makeStage, type Stage } from "./replay.ts";

/** Every recorded exchange with a real ship's web server, had again with the stand-in's, in the recorded order. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

interface Recorded {
  readonly name: string;
  readonly request?: {
    readonly method: string;
    readonly path: string;
    readonly headers: readonly (readonly [string, string])[];
    readonly body: string;
  };
  readonly response?: {
    readonly status_line: string;
    readonly headers_raw: readonly string[];
    readonly body: string;
    /** Of a long body that was cut. */
    readonly body_sha256: string | null;
  };
  readonly closed_by_server?: boolean;
  readonly error?: string | null;
}
const recorded: readonly Recorded[] = JSON.parse(
  readFileSync(new URL("../../urbit/recorded/http.json", import.meta.url), "utf8"),
);

const CODE = "lidlut-tabwed-pillex-ridrup";
/** Recorded sessions of the owner, each one of ours. */
const SESSIONS = [
  "0v6.3fq9v.our3b.lnlje.dk2pv.msf4t",
  "0v6.0fmfe.vpl5n.9p8o1.vim47.q1chn",
  "0vnbdrq.den96.al04f.odmr6.id3en",
];

let stage: Stage;
let ship: Vessel;
let port: number;
let loopback: number;
const ours = new Map<string, string>();

beforeAll(async () => {
  stage = makeStage(await buildStandIn());
  const env = { STAND_IN_BOOT_SECONDS: "0.5", STAND_IN_START_SECONDS: "0.1" };
  port = await freeTcp();
  const words = ["-L", "-b", "127.0.0.1", "--http-port", String(port), "-p", String(await freeUdp()), "-t"];
  const first = ["-F", "zod", "-B", join(stage.folder, "bin/solid.pill"), "-c", stage.pier("zod"), "-x"];
  expect((await finish(launch([stage.vere, ...first, ...words], { patience: 20_000, env }))).code).toBe(0);
  ship = launch([stage.vere, ...words, stage.pier("zod")], { patience: 20_000, env });
  await ship.until(/^pier \(\d+\): live/);
  const ports = readFileSync(join(stage.pier("zod"), ".http.ports"), "latin1");
  expect(ports).toMatch(/^\d+ insecure loopback\n\d+ insecure public\n$/);
  loopback = Number(ports.split(" ")[0]);
  for (const session of SESSIONS) {
    const answer = await ask(
      port,
      `POST /~/login HTTP/1.1\r\nHost: x\r\nContent-Length: 36\r\n\r\npassword=${CODE}`,
      0,
    );
    ours.set(session, /urbauth-~zod=(0v[0-9a-v.]+)/.exec(answer.text)?.[1] ?? "");
  }
});
afterAll(async () => {
  await sweep();
  stage.remove();
});

interface Answer {
  readonly text: string;
  readonly closed: boolean;
}

/** Sends one request; reads to its end, or for `streamMs` where it has none. */
async function ask(to: number, request: string, streamMs: number): Promise<Answer> {
  const socket = connect(to, "127.0.0.1");
  await once(socket, "connect");
  let text = "";
  let closed = false;
  socket.on("data", (part) => {
    text += part.toString("latin1");
  });
  socket.on("end", () => {
    closed = true;
  });
  socket.write(request);
  for (let waited = 0; waited < (streamMs || 10_000) && !closed && !(streamMs === 0 && whole(text)); waited += 5)
    await pause(5);
  if (!closed) await pause(20);
  socket.destroy();
  return { text, closed };
}

function whole(text: string): boolean {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const head = text.slice(0, end);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (/transfer-encoding: chunked/.test(head)) return text.endsWith("\r\n0\r\n\r\n");
  return length === undefined ? / 204 /.test(head) : text.length >= end + 4 + Number(length);
}

function requestText({ method, path, headers, body }: NonNullable<Recorded["request"]>, name: string): string {
  const minor = name === "healthz-http10" ? "0" : "1";
  const sent = /^\((\d+) bytes\)$/.exec(body)?.[1];
  const filled =
    sent === undefined ? body : `${name === "big-body-login" ? "password=" : ""}`.padEnd(Number(sent), "a");
  const lines = headers.map(([key, value]) => {
    const known = SESSIONS.find((session) => value.includes(session));
    return `${key}: ${known === undefined ? value : value.replace(known, ours.get(known) ?? "")}`;
  });
  return `${[`${method} ${path} HTTP/1.${minor}`, ...lines].join("\r\n")}\r\n\r\n${filled}`;
}

/** What differs from one ship to the next: times, tokens, comets' names, traces, and the login page's five kilobytes. */
function masked(head: readonly string[], body: string): readonly string[] {
  const page = /<html><head><meta charset/.test(body);
  const traced = body.replaceAll(/(?:\/[a-z-]+)+\/hoon:(?:<|&lt;)[^>&]*(?:>|&gt;)(?:\\n|<br \/>)/g, "");
  const text = (page ? "LOGIN PAGE" : traced)
    .replaceAll(/0v[0-9a-v]+(?:\.[0-9a-v]{5})+/g, (token) => (token.startsWith("0v11.2h6po") ? token : "TOKEN"))
    .replaceAll(/~[a-z]{6}-[a-z-]{40,}/g, "COMET")
    .replaceAll(/~\d{4}\.\d+\.\d+\.\.[0-9a-f.]+/g, "DATE")
    // Printed nouns of what was asked, and what a page whose trace was taken out has left.
    .replaceAll(/<code>.*<\/code>/gs, (code) => (/jon|&#39;/.test(code) ? "<code></code>" : code));
  const changed = text !== body;
  return [
    ...head.map((line) =>
      line
        .replace(/^Date: .*/, "Date: DATE")
        .replace(/^(Content-Length): \d+/, changed ? "$1: N" : "$&")
        .replace(/=0v[0-9a-v.]+;/, "=TOKEN;")
        .replace(/localhost:\d+/, "localhost:PORT"),
    ),
    text,
  ];
}

/** The body of a chunked answer, as far as it came. */
function unchunked(head: readonly string[], body: string): string {
  if (!head.includes("transfer-encoding: chunked")) return body;
  let rest = body;
  let text = "";
  for (let found = /^([0-9a-f]+)\r\n/.exec(rest); found !== null; found = /^([0-9a-f]+)\r\n/.exec(rest)) {
    const length = Number.parseInt(found[1] ?? "0", 16);
    text += rest.slice(found[0].length, found[0].length + length);
    rest = rest.slice(found[0].length + length + 2);
  }
  return text;
}

/** Recordings of something else than one request, and one that took 42 s to show two heartbeats. */
const OTHERWISE = ["http.ports", "busy-event", "channel-sse-heartbeat", "slog-cookie-with-lines"];

const pages = recorded.filter(({ name }) => !OTHERWISE.includes(name));
test.each(pages.map((entry) => [entry.name, entry] as const))("%s", async (name, entry) => {
  const { request, response } = entry;
  if (request === undefined || response === undefined) throw new Error("not a request");
  const host = request.headers.find(([key]) => key === "Host")?.[1] ?? "";
  const to = /^(localhost|127\.0\.0\.1):12323$/.test(host) ? loopback : port;
  const streams = entry.error === "timeout";
  const answer = await ask(to, requestText(request, name), streams ? (name === "spin-cookie" ? 400 : 250) : 0);
  const end = answer.text.indexOf("\r\n\r\n");
  const head = end < 0 ? [] : answer.text.slice(0, end).split("\r\n");
  const body = end < 0 ? "" : answer.text.slice(end + 4);
  if (response.body_sha256 !== null) {
    expect(createHash("sha256").update(body, "latin1").digest("hex")).toBe(response.body_sha256);
    return;
  }
  // The recorder kept bodies as text, with what is none replaced.
  const binary = /x-urb-jam/.test(head.join());
  const got = masked(head, binary ? "" : unchunked(head, body));
  const wantedHead = response.status_line ? [response.status_line, ...response.headers_raw] : [];
  const wanted = masked(wantedHead, binary ? "" : unchunked(wantedHead, response.body));
  if (!streams) expect(got).toEqual(wanted);
  else {
    expect(got.slice(0, -1)).toEqual(wanted.slice(0, -1));
    // A stream goes on: ours was listened to for a shorter time.
    expect(wanted.at(-1)?.startsWith(got.at(-1) ?? "")).toBe(true);
    expect((got.at(-1) ?? "") === "").toBe((wanted.at(-1) ?? "") === "");
  }
  // The recorder did not wait for an end it was told of.
  const told = head.includes("Connection: close") && head.some((line) => /^Content-Length/.test(line));
  if (entry.closed_by_server !== undefined && !told) expect(answer.closed).toBe(entry.closed_by_server);
});

const thread = (hoon: string) =>
  converse(
    join(stage.pier("zod"), ".urb/conn.sock"),
    frame(tuple(BigInt(Date.now()), "fyrd", "base", "khan-eval", "noun", "ted-eval", `=/  m  (strand ,vase)\n${hoon}`)),
    1,
    true,
    { patience: 20_000 },
  );

test("while an event runs the king says busy, its own answers come, and pages wait", async () => {
  const began = performance.now();
  const done = thread("=/  i  0\n|-\n?:  =(i 1.000.000)  (pure:m !>(i))\n$(i +(i))").then(
    () => performance.now() - began,
  );
  await pause(150);
  const health = await ask(port, "GET /~_~/healthz HTTP/1.1\r\nHost: x\r\n\r\n", 0);
  expect(health.text.split("\r\n")[0]).toBe("HTTP/1.1 429 busy");
  expect(performance.now() - began).toBeLessThan(900);
  const page = await ask(port, "GET /~/host HTTP/1.1\r\nHost: x\r\n\r\n", 0);
  expect(page.text).toMatch(/~zod$/);
  expect(performance.now() - began).toBeGreaterThan(950);
  expect(await done).toBeGreaterThan(950);
});

test("the log's page shows what is logged meanwhile", async () => {
  const session = (ours.get(SESSIONS[2] ?? "") ?? "").toString();
  const listening = ask(port, `GET /~_~/slog HTTP/1.1\r\nHost: x\r\nCookie: urbauth-~zod=${session}\r\n\r\n`, 600);
  await pause(100);
  await thread(`;<  ~  bind:m  (flog-text "%slogged")\n(pure:m !>('success'))`);
  expect((await listening).text).toContain("data:%slogged\n\n");
});
