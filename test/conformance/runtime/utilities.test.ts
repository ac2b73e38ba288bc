import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, inject, test } from "vitest";
import { dockArgv } from "../../../src/urbit/boot.ts";
import { type Berth, berth, call, clearBerths, inspect, land, sail, seen, texts } from "../harbour.ts";
import { sweep } from "../vessel.ts";

const runtime = inject("runtime");
afterEach(async () => {
  await sweep();
  clearBerths();
});

const run = async (name: string, at: Berth, ...options: readonly string[]) => {
  const { code, signal, lines } = await call(runtime, [name, ...options, at.pier], {
    STAND_IN_OFFLINE_SECONDS: "0.05",
  });
  return { code, signal, said: texts(lines).join("\n") };
};
const epochs = (at: Berth) => readdirSync(join(at.pier, ".urb/log")).filter((name) => name.startsWith("0i"));
const events = (said: string) => ({
  snapshot: Number(/at event (\d+)$/m.exec(said)?.[1]),
  log: Number(/disk: live=&, event=(\d+)$/m.exec(said)?.[1]),
});

describe("on a ship that lies still", () => {
  test("info tells the snapshot's event and the log's, and changes neither", async () => {
    const at = berth(runtime);
    const { code, said } = await run("info", at);
    expect(code).toBe(0);
    expect(said).toContain(`urbit: ${at.pier} at event `);
    const { snapshot, log } = events(said);
    expect(snapshot).toBeGreaterThan(0);
    expect(log).toBe(snapshot);
    expect(events((await run("info", at)).said)).toEqual({ snapshot, log });
  });

  test("pack and meld make the snapshot smaller, or leave it, and the ship starts", async () => {
    const at = berth(runtime);
    const size = () => statSync(join(at.pier, ".urb/chk/image.bin")).size;
    const before = size();
    const packed = await run("pack", at);
    expect(packed).toMatchObject({ code: 0, said: expect.stringMatching(/^urbit: pack: gained: /m) });
    expect(size()).toBeLessThanOrEqual(before);
    expect(await run("meld", at)).toMatchObject({ code: 0, said: expect.stringMatching(/^urbit: meld: gained: /m) });
    expect((await land(await sail(runtime, at))).code).toBe(0);
  });

  test("roll begins an epoch, chop keeps the newest two, and both do nothing quietly", async () => {
    const at = berth(runtime);
    const rolled = await run("roll", at);
    expect(rolled).toMatchObject({ code: 0, said: expect.stringMatching(/^disk: created epoch \d+$/m) });
    expect(epochs(at).length).toBe(2);
    expect(await run("roll", at)).toMatchObject({
      code: 0,
      said: expect.stringContaining("roll: latest epoch is empty"),
    });
    const idle = await run("chop", at);
    expect(idle).toMatchObject({ code: 0, said: expect.stringContaining("chop: nothing to do") });
    // What it leaves is no lock: nobody holds it.
    expect((await inspect(at)).lockPid).toBeNull();
    expect((await land(await sail(runtime, at))).code).toBe(0);
    expect((await run("roll", at)).code).toBe(0);
    expect(epochs(at).length).toBe(3);
    expect(await run("chop", at)).toMatchObject({
      code: 0,
      said: expect.stringContaining("chop: event log truncation complete"),
    });
    expect(epochs(at).length).toBe(2);
    const again = await sail(runtime, at);
    expect(seen(await again.ships.life(again.spec)).live).toBe(true);
    expect((await land(again)).code).toBe(0);
  });

  test("prep runs again what the snapshot lacks, adds nothing, and says it is ready", async () => {
    const at = berth(runtime);
    const afloat = await sail(runtime, at);
    seen(await afloat.ships.hi(afloat.spec));
    afloat.vessel.signalAll("SIGKILL");
    await afloat.vessel.end;
    const stale = events((await run("info", at)).said);
    expect(stale.snapshot).toBeLessThan(stale.log);
    const { code, said } = await run("prep", at);
    expect(code).toBe(0);
    expect(said).toMatch(/^vere: ready for upgrade$/m);
    expect(events((await run("info", at)).said)).toEqual({ snapshot: stale.log, log: stale.log });
  });

  test("next without a network says so, and ends with 0 all the same", async () => {
    const { code, said } = await run("next", berth(runtime));
    expect(code).toBe(0);
    expect(said).toContain("vere: unable to check for next version");
  });

  test("a directory without a pier is none to them", async () => {
    const { code, said } = await run("info", berth(runtime, "~zod", true));
    expect(code).toBe(1);
    expect(said).toContain("unable to open event log");
  });
});

describe("on a ship that runs", () => {
  test.each(["info", "pack", "meld", "roll", "chop"])(
    "%s is turned away by the lock, and ends itself by TERM",
    async (name) => {
      const afloat = await sail(runtime, berth(runtime));
      const { code, signal, said } = await run(name, afloat);
      expect({ code, signal }).toEqual({ code: null, signal: "SIGTERM" });
      expect(said).toMatch(/pier: locked by PID \d+/);
      expect(seen(await afloat.ships.life(afloat.spec)).live).toBe(true);
      expect((await land(afloat)).code).toBe(0);
    },
  );

  test("prep is turned away with 1, dock is not", async () => {
    const afloat = await sail(runtime, berth(runtime));
    expect(await run("prep", afloat)).toMatchObject({
      code: 1,
      said: expect.stringContaining("vere: prep for upgrade failed"),
    });
    const [, ...dock] = dockArgv(afloat.sailing);
    expect((await call(runtime, dock)).code).toBe(0);
    expect(existsSync(join(afloat.pier, ".run"))).toBe(true);
    expect(seen(await afloat.ships.life(afloat.spec)).live).toBe(true);
    expect((await land(afloat)).code).toBe(0);
  });
});

test("next leaves a pier alone whose pace is once", async () => {
  const at = berth(runtime);
  writeFileSync(join(at.pier, ".bin/pace"), "once");
  const { code, said } = await run("next", at);
  expect(code).toBe(0);
  expect(said).toContain("skipping upgrade");
});
