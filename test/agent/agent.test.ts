import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildStandIn } from "../../lab/stand-in-vere/build.ts";

/** The exporter beside a running ship (a stand-in): what it tells, and that its own end never is the ship's. */
const AGENT = fileURLToPath(new URL("../../src/agent/main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "sw-agent-"));
const [AMES, HTTP, PORT] = [31_581, 11_581, 19_633];
let ship: ChildProcess;

beforeAll(async () => {
  const vere = await buildStandIn();
  const pill = join(folder, "any.pill");
  writeFileSync(pill, Buffer.alloc(4096));
  const pier = join(folder, "zod");
  const common = ["-t", "-L", "-p", `${AMES}`, "--http-port", `${HTTP}`];
  execFileSync(vere, [...common, "-x", "-F", "zod", "-c", pier, "-B", pill], { cwd: folder, stdio: "ignore" });
  ship = spawn(vere, [...common, pier], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  await said(ship, /pier \(\d+\): live/);
}, 60_000);

afterAll(async () => {
  ship.kill("SIGTERM");
  await ended(ship);
  rmSync(folder, { recursive: true, force: true });
});

function said(child: ChildProcess, wanted: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = "";
    const hear = (part: Buffer) => {
      text += part.toString();
      if (wanted.test(text)) resolve();
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.on("exit", () => reject(new Error(`it ended: ${text}`)));
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => (child.exitCode === null ? child.on("exit", () => resolve()) : resolve()));
}

async function agent(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [AGENT, "--home", folder, "--listen", `127.0.0.1:${PORT}`], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  await said(child, /metrics/);
  return child;
}

function scrape(): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port: PORT, path: "/metrics" }, (response) => {
      let text = "";
      response.on("data", (part: Buffer) => {
        text += part.toString();
      });
      response.on("end", () => resolve(text));
    }).on("error", reject);
  });
}

const value = (text: string, name: string) => Number(new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, "m").exec(text)?.[1]);

test("tells what the ship is doing, on one connection however often it is asked", async () => {
  const child = await agent();
  const first = await scrape();
  expect(value(first, "urbit_ship_up")).toBe(1);
  expect(value(first, "urbit_ship_live")).toBe(1);
  expect(value(first, "urbit_ship_events_total")).toBeGreaterThan(0);
  expect(value(first, "urbit_ship_loom_limit_bytes")).toBe(2 ** 31);
  expect(value(first, "urbit_ship_loom_free_bytes")).toBeGreaterThan(0);
  expect(value(first, "urbit_ship_http_status")).toBe(204);
  expect(first).toMatch(/resident_memory_bytes\{ship="~zod",process="king"\} \d+/);
  await Promise.all(Array.from({ length: 20 }, scrape));
  expect(value(await scrape(), "urbit_ship_up")).toBe(1);
  child.kill("SIGTERM");
  await ended(child);
});

test("may be killed at any moment without harm to the ship", async () => {
  for (let round = 0; round < 12; round += 1) {
    const child = await agent();
    const answers = [scrape(), scrape()].map((answer) => answer.catch(() => ""));
    await new Promise((later) => setTimeout(later, round * 3));
    child.kill("SIGKILL");
    await ended(child);
    await Promise.all(answers);
  }
  expect(ship.exitCode).toBeNull();
  const child = await agent();
  expect(value(await scrape(), "urbit_ship_up")).toBe(1);
  child.kill("SIGTERM");
  await ended(child);
}, 60_000);

test("says that a ship is down when it is, and up again when it is back", async () => {
  const child = await agent();
  expect(value(await scrape(), "urbit_ship_up")).toBe(1);
  ship.kill("SIGTERM");
  await ended(ship);
  expect(value(await scrape(), "urbit_ship_up")).toBe(0);
  const vere = await buildStandIn();
  ship = spawn(vere, ["-t", "-L", "-p", `${AMES}`, "--http-port", `${HTTP}`, join(folder, "zod")], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  await said(ship, /pier \(\d+\): live/);
  expect(value(await scrape(), "urbit_ship_up")).toBe(1);
  child.kill("SIGTERM");
  await ended(child);
}, 60_000);
