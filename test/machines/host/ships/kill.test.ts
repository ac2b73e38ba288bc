import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { peel } from "../../../../src/urbit/conn.ts";
import { type FragileShip, fragileShip } from "./fragile-ship.ts";

const CODE = "lidlut-tabwed-pillex-ridrup";
let ship: FragileShip;
let root: string;
let port: number;
const web = createServer((request, response) => {
  if (request.url === "/~_~/healthz") return void response.writeHead(204).end();
  let body = "";
  request.on("data", (part) => {
    body += part;
  });
  request.on("end", () => {
    const own = request.headers.cookie === "urbauth-~zod=0v6.abcde";
    if (request.url === "/~/login") {
      const right = body === `password=${CODE}`;
      return void response
        .writeHead(right ? 200 : 400, { "set-cookie": `urbauth-~zod=0v6.${right ? "abcde" : "guest"}; Path=/` })
        .end();
    }
    response.writeHead(200).end(own ? "~zod" : "~nibled-risdyt-tillex-hacryc--disben-libryx-natpen-fosdep");
  });
});

beforeAll(async () => {
  ship = await fragileShip(CODE, () => Math.random() * 12);
  root = mkdtempSync(join(tmpdir(), "slipway-kill-"));
  mkdirSync(join(root, "var/lib/urbit"), { recursive: true });
  symlinkSync(ship.pier, join(root, "var/lib/urbit/zod"));
  await new Promise<void>((done) => web.listen(0, "127.0.0.1", done));
  const address = web.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});
afterAll(() => {
  ship.close();
  web.close();
});

function controller(operation: string) {
  const script = fileURLToPath(new URL("controller.ts", import.meta.url));
  return spawn(process.execPath, [script, root, operation, String(port)], { stdio: ["ignore", "pipe", "inherit"] });
}

async function whole(operation: string): Promise<unknown> {
  const child = controller(operation);
  let text = "";
  child.stdout.on("data", (part) => {
    text += part;
  });
  await once(child, "close");
  expect(text).not.toContain(CODE);
  return JSON.parse(text);
}

test("life, a greeting and a login, asked to the end", async () => {
  expect(await whole("life")).toMatchObject({
    ok: true,
    value: { value: { live: true, khan: true, who: "~zod", version: "4.5", event: 84 } },
  });
  expect(await whole("hi")).toMatchObject({ ok: true, value: { value: { ms: expect.any(Number) } } });
  expect(await whole("http")).toMatchObject({
    ok: true,
    value: { value: { health: 204, loginStatus: 200, loggedInAs: "~zod" } },
  });
  expect(ship.deaths).toEqual([]);
});

test("a client that goes away early is what the fragile ship dies of", async () => {
  const other = await fragileShip(CODE, () => 5);
  const client = connect(join(other.pier, ".urb/conn.sock"));
  await once(client, "connect");
  client.write(peel(1n, "live"), () => client.destroy());
  for (let wait = 0; wait < 500 && other.deaths.length === 0; wait += 1) await pause(10);
  expect(other.deaths).not.toEqual([]);
  other.close();
});

test("a hundred exchanges whose controller is killed at any moment never harm the ship", async () => {
  const before = ship.answered();
  let hit = 0;
  for (let round = 0; round < 12; round += 1) {
    const child = controller("all");
    for (let wait = 0; wait < 2_000 && ship.open() === 0; wait += 1) await pause(5);
    await pause(Math.random() * 150);
    hit += ship.open();
    child.kill("SIGKILL");
    await once(child, "exit");
    // Every connection ends by itself, with every answer taken.
    for (let wait = 0; wait < 2_000 && ship.open() > 0; wait += 1) await pause(5);
    expect(ship.open()).toBe(0);
  }
  expect(ship.deaths).toEqual([]);
  // The kills did hit exchanges under way, or this would prove nothing.
  expect(hit).toBeGreaterThan(12);
  expect(ship.answered() - before).toBeGreaterThan(100);
}, 120_000);

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
