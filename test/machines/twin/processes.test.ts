import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createTwinMachine } from "../../../src/machines/twin/machine.ts";
import { openWorld } from "../../../src/machines/twin/world.ts";
import { value } from "../contract.ts";

const HAMMER = fileURLToPath(new URL("./hammer.ts", import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-twin-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Worker {
  readonly said: readonly string[];
  readonly signal: NodeJS.Signals | null;
  readonly error: string;
}

/** Runs a worker process; `killAt`: it is killed (-9) when it has reported that many rounds. */
function worker(file: string, name: string, rounds: number, killAt?: number): Promise<Worker> {
  const child = spawn(process.execPath, [HAMMER, file, name, String(rounds)], { stdio: ["ignore", "pipe", "pipe"] });
  let [output, error] = ["", ""];
  child.stdout.on("data", (chunk) => {
    output += chunk;
    if (killAt !== undefined && output.split("\n").length > killAt) child.kill("SIGKILL");
  });
  child.stderr.on("data", (chunk) => {
    error += chunk;
  });
  return new Promise((resolve) =>
    child.on("close", (_, signal) => resolve({ said: output.split("\n").slice(0, -1), signal, error })),
  );
}

describe("a world in a file", () => {
  test("is shared by processes that open it at once, and loses no change", async () => {
    const file = join(folder, "new", "twin.db");
    const workers = await Promise.all(["a", "b", "c"].map((name) => worker(file, name, 200)));
    expect(workers.map(({ error }) => error)).toEqual(["", "", ""]);
    const world = openWorld(file);
    const subjects = world.mutations().map((mutation) => mutation.subject);
    expect(subjects).toHaveLength(600);
    expect(new Set(subjects).size).toBe(600);
    expect(world.mutations().map(({ seq }) => seq)).toEqual(subjects.map((_, index) => index + 1));
    const files = Object.keys(world.hosts()[0]?.things ?? {}).filter((key) => /^path \/srv\/.\/\d+$/.test(key));
    expect(files).toHaveLength(600);
    world.close();
  });

  test("keeps whole whatever a killed process had been told was done", async () => {
    const file = join(folder, "twin.db");
    const [killed, other] = await Promise.all([worker(file, "a", 100_000, 50), worker(file, "b", 200)]);
    expect(killed.signal).toBe("SIGKILL");
    expect(other.error).toBe("");
    const world = openWorld(file);
    const { things, undo } = world.look("alder", (turn) => ({ things: turn.host.things, undo: turn.undo() }));
    const noted = world.mutations().map((mutation) => mutation.subject);
    for (const path of [...killed.said, ...other.said]) expect(things[`path ${path}`]).toBeDefined();
    // Journal, state and undo agree: an operation is there in all of them or in none.
    const there = Object.keys(things).flatMap((key) => (/^path \/srv\/.\/\d+$/.test(key) ? [key.slice(5)] : []));
    expect([...noted].sort()).toEqual([...there].sort());
    expect((undo.a?.length ?? 0) + (undo.b?.length ?? 0)).toBe(noted.length);
    const machine = createTwinMachine(world, "alder");
    expect(value(await machine.undo("a")).failed).toBe(0);
    world.close();
  });

  test("keeps faults, time and settings for whoever opens it next", async () => {
    const file = join(folder, "twin.db");
    const first = openWorld(file);
    first.configure({ speed: 0, bootMs: 7 });
    first.advance(1_000);
    const now = first.now();
    first.setFaults([{ operation: "facts", nth: 2, fault: "unreachable" }]);
    expect((await createTwinMachine(first, "alder").facts()).ok).toBe(true);
    first.close();
    const second = openWorld(file);
    expect(second.now()).toBe(now);
    expect((await createTwinMachine(second, "alder").facts()).ok).toBe(false);
    expect((await createTwinMachine(second, "alder").facts()).ok).toBe(true);
    expect(second.look("alder", ({ settings }) => settings.bootMs)).toBe(7);
    second.close();
  });
});
