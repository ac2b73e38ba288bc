import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, inject, test } from "vitest";
import { peel } from "../../../src/urbit/conn.ts";
import { berth, clearBerths, land, sail, seen, unlocked } from "../harbour.ts";
import { sendAndLeave } from "../raw.ts";
import { pause, sweep } from "../vessel.ts";

const runtime = inject("runtime");
afterEach(async () => {
  await sweep();
  clearBerths();
});

const CONTROLLER = fileURLToPath(new URL("../../machines/host/ships/controller.ts", import.meta.url));
const ROUNDS = 12;
/** What one controller has under way at a time. */
const AT_ONCE = 10;

/** How many programs a controller has running now, each with an exchange or about to have one. */
function clientsOf(pid: number): number {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1")
      .split(" ")
      .filter((word) => word !== "").length;
  } catch {
    return 0;
  }
}

describe("our client", () => {
  test("killed at any moment of a hundred exchanges never harms the ship", async () => {
    const afloat = await sail(runtime, berth(runtime));
    const argv = [CONTROLLER, afloat.root, "all", String(afloat.sailing.httpPort)];
    let begun = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const child = spawn(process.execPath, argv, { stdio: "ignore" });
      // It begins with ten exchanges at once, as soon as Node is up.
      while (clientsOf(child.pid ?? 0) === 0 && child.exitCode === null) await pause(5);
      await pause(Math.random() * (runtime.kind === "real" ? 1500 : 150));
      begun += Math.min(AT_ONCE, clientsOf(child.pid ?? 0));
      child.kill("SIGKILL");
      await once(child, "exit");
      expect(afloat.vessel.ended()).toBeNull();
    }
    expect(begun).toBeGreaterThan(ROUNDS);
    // What was under way when its controller died is carried on to its end by itself.
    expect(seen(await afloat.ships.life(afloat.spec))).toMatchObject({ live: true, who: "~zod" });
    expect(seen(await afloat.ships.hi(afloat.spec)).ms).toBeGreaterThan(0);
    for (let quiet = 0; quiet < 50; quiet += 1) {
      expect(afloat.vessel.ended()).toBeNull();
      await pause(20);
    }
    expect(await land(afloat)).toEqual({ code: 0, signal: null });
  });
});

describe("a client that is not ours", () => {
  test("and goes away before its answer kills the ship, which loses nothing that was acknowledged", async () => {
    const at = berth(runtime);
    const afloat = await sail(runtime, at);
    seen(await afloat.ships.hi(afloat.spec));
    const { event } = seen(await afloat.ships.life(afloat.spec));
    await sendAndLeave(join(at.pier, ".urb/conn.sock"), peel(1n, "live"));
    const end = await Promise.race([afloat.vessel.end, pause(120_000).then(() => null)]);
    // Recorded on every try with one build; another may end otherwise, or live: our client relies on neither.
    if (runtime.kind === "stand-in") expect(end).toEqual({ code: null, signal: "SIGSEGV" });
    if (end === null) {
      expect(seen(await afloat.ships.life(afloat.spec)).live).toBe(true);
      afloat.vessel.signalAll("SIGKILL");
      await afloat.vessel.end;
    }
    await unlocked(at);
    const again = await sail(runtime, at);
    expect(seen(await again.ships.life(again.spec)).event).toBeGreaterThanOrEqual(event);
    expect((await land(again)).code).toBe(0);
  });
});
