import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { createServer } from "node:https";
import { type AddressInfo, connect, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { timeAnswers } from "../../src/machines/host/probe.ts";
import { visitWeb } from "../../src/machines/web.ts";

/** Addresses asked from this machine, against servers of the test's own. */
const folder = mkdtempSync(join(tmpdir(), "slipway-web-"));
const servers: Server[] = [];
const asked: string[] = [];
const system = getCACertificates();

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** A certificate of its own for `name`; gives its PEM and the port of a server that shows it. */
async function serve(name: string) {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  const subject = ["-subj", `/O=Test/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`];
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-days",
      "9",
      "-keyout",
      key,
      "-out",
      cert,
      ...subject,
    ],
    { stdio: "ignore" },
  );
  const pem = readFileSync(cert, "utf8");
  const port = await listen(
    createServer({ key: readFileSync(key), cert: pem }, (request, response) => {
      asked.push(request.url ?? "");
      response.writeHead(204).end();
    }),
  );
  return { pem, port };
}

let trusted: Awaited<ReturnType<typeof serve>>;
let stranger: Awaited<ReturnType<typeof serve>>;
let otherName: Awaited<ReturnType<typeof serve>>;
let plain: number;

beforeAll(async () => {
  trusted = await serve("localhost");
  stranger = await serve("localhost");
  otherName = await serve("elsewhere.example");
  const bodies = ["", "sized", "chunked"];
  let turn = 0;
  plain = await listen(
    createHttp((_, response) => {
      const body = bodies[turn++ % bodies.length] ?? "";
      if (body === "") response.writeHead(204).end();
      else if (body === "sized") response.writeHead(429, { "content-length": "5" }).end("sized");
      else response.write("a chunk", () => response.end("another"));
    }),
  );
  setDefaultCACertificates([...system, trusted.pem, otherName.pem]);
});

afterAll(() => {
  setDefaultCACertificates(system);
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

describe("a public address", () => {
  test("with a chain this machine trusts is asked, again and again", async () => {
    const visit = await visitWeb(`https://localhost:${trusted.port}`, "/~_~/healthz", 5);
    expect(visit).toMatchObject({ failed: null, tls: { trusted: true, issuer: "Test", protocol: "TLSv1.3" } });
    expect(visit.answers.map(({ status }) => status)).toEqual([204, 204, 204, 204, 204]);
    expect(asked.filter((path) => path === "/~_~/healthz")).toHaveLength(6);
  });

  test.each([
    ["signed by nobody known", () => stranger.port, /SELF_SIGNED/],
    ["for another name", () => otherName.port, /ERR_TLS_CERT_ALTNAME|Hostname/i],
  ] as const)("with a chain %s is not trusted, and asked no more", async (_, port, why) => {
    const visit = await visitWeb(`https://localhost:${port()}`, "/", 5);
    expect(visit).toMatchObject({ tls: { trusted: false, why: expect.stringMatching(why) }, answers: [] });
  });

  test("that speaks no TLS, or is not there, says why", async () => {
    expect(await visitWeb(`https://localhost:${plain}`, "/", 5)).toMatchObject({
      tls: null,
      failed: expect.any(String),
    });
    expect(await visitWeb("https://localhost:1", "/", 5)).toMatchObject({
      tls: null,
      failed: expect.stringMatching(/ECONNREFUSED/),
    });
  });
});

describe("answers over one connection", () => {
  test("are timed one by one, whatever their bodies are like", async () => {
    const socket = connect(plain, "127.0.0.1");
    const answers = await timeAnswers(socket, "/", 6);
    socket.destroy();
    expect(answers?.map(({ status }) => status)).toEqual([204, 429, 200, 204, 429, 200]);
    expect(answers?.every(({ ms }) => ms > 0)).toBe(true);
  });

  test("are none where the other side hangs up", async () => {
    const port = await listen((await import("node:net")).createServer((socket) => socket.end("SSH-2.0\r\n")));
    const socket = connect(port, "127.0.0.1");
    expect(await timeAnswers(socket, "/", 3)).toBeNull();
    socket.destroy();
  });
});
