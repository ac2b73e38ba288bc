import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, inject, test } from "vitest";
import { runArgv } from "../../../src/urbit/boot.ts";
import { classify } from "../../../src/urbit/boot-log.ts";
import { berth, call, clearBerths, launchVere, sailing, texts } from "../harbour.ts";
import { alive, lockHolder, parentOf } from "../locks.ts";
import { finish, pause, sweep } from "../vessel.ts";

const runtime = inject("runtime");
afterEach(async () => {
  await sweep();
  clearBerths();
});

describe("the command line", () => {
  test("-R says the version first, and ends with 0", async () => {
    const { code, lines } = await call(runtime, ["-R"]);
    expect(code).toBe(0);
    expect(texts(lines)[0]).toMatch(/^urbit \d+\.\d+/);
  });

  test.each([
    ["nothing", []],
    ["an option it does not know", ["--nope"]],
    ["--help, which it does not know either", ["--help"]],
    ["a loom out of bounds", ["--loom", "35", "-t", "/nowhere"]],
  ])("of %s earns the usage and 1", async (_, argv) => {
    const { code, lines } = await call(runtime, argv);
    expect(code).toBe(1);
    expect(texts(lines).join("\n")).toMatch(/^Usage: .*ship_name$/m);
  });

  test("of a pier that is not there names it", async () => {
    const { code, lines } = await call(runtime, ["-t", "-L", "/nowhere/zod"]);
    expect(code).toBe(1);
    expect(classify(texts(lines), "start")?.code).toBe("pier-gone");
  });

  test("without -t and without a terminal is refused", async () => {
    const at = berth(runtime);
    const argv = runArgv(await sailing(runtime, at, "~zod")).filter((word) => word !== "-t");
    const { code, lines } = await finish(launchVere(runtime, argv));
    expect(code).toBe(1);
    expect(texts(lines)).toContain("vere: unable to initialize terminal (not a tty)");
  });

  test("of a loom smaller than the ship is refused", async () => {
    const at = berth(runtime);
    const ship = { ...(await sailing(runtime, at, "~zod")), loom: 20 };
    const { code, lines } = await finish(launchVere(runtime, runArgv(ship)));
    expect(code).toBe(1);
    expect(classify(texts(lines), "start")?.code).toBe("loom-too-small");
  });

  test("of a directory that is no pier is refused, and only a lock is left in it", async () => {
    const at = berth(runtime, "~zod", true);
    mkdirSync(at.pier);
    const { code, lines } = await finish(launchVere(runtime, runArgv(await sailing(runtime, at, "~zod"))));
    expect(code).toBe(1);
    expect(classify(texts(lines), "start")?.code).toBe("pier-unusable");
    expect(readdirSync(at.pier)).toEqual([".vere.lock"]);
  });

  test("-d returns 0 once the ship is live, which then runs on", async () => {
    const at = berth(runtime);
    const argv = runArgv(await sailing(runtime, at, "~zod")).filter((word) => word !== "-t");
    const { code } = await finish(launchVere(runtime, [argv[0] ?? "", "-d", ...argv.slice(1)]));
    expect(code).toBe(0);
    const worker = lockHolder(join(at.pier, ".vere.lock"));
    expect(worker).not.toBeNull();
    const king = parentOf(worker ?? 0);
    process.kill(king, "SIGTERM");
    while (alive(king)) await pause(20);
  });
});

describe("a damaged pier is told as one", () => {
  const damaged = async (damage: (pier: string) => void) => {
    const at = berth(runtime);
    damage(at.pier);
    const { code, lines } = await finish(launchVere(runtime, runArgv(await sailing(runtime, at, "~zod"))));
    return { code, failure: classify(texts(lines), "start")?.code };
  };
  const epoch = (pier: string) => {
    const newest = readdirSync(join(pier, ".urb/log"))
      .filter((name) => name.startsWith("0i"))
      .sort((a, b) => Number(b.slice(2)) - Number(a.slice(2)))[0];
    return join(pier, ".urb/log", newest ?? "");
  };
  test.each<[string, (pier: string) => void]>([
    ["a snapshot cut short", (pier) => writeFileSync(join(pier, ".urb/chk/image.bin"), Buffer.alloc(1000))],
    ["a log overwritten", (pier) => writeFileSync(join(epoch(pier), "data.mdb"), Buffer.alloc(8192, 0x55))],
  ])("%s", async (_, damage) => {
    expect(await damaged(damage)).toEqual({ code: 1, failure: "pier-damaged" });
  });

  test("a lock file full of nonsense is none: the ship starts", async () => {
    const at = berth(runtime);
    writeFileSync(join(at.pier, ".vere.lock"), "nonsense\n");
    const vessel = launchVere(runtime, runArgv(await sailing(runtime, at, "~zod")));
    await vessel.until(/^pier \(\d+\): live/);
    vessel.signal("SIGTERM");
    expect((await vessel.end).code).toBe(0);
  });
});
