import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { secret } from "../../../../src/base/secret.ts";
import type { HostConnection, RunOptions } from "../../../../src/machines/host/connection.ts";
import { GUARD, guardScript } from "../../../../src/machines/host/ships/guard.ts";
import { createShipOperations } from "../../../../src/machines/host/ships/index.ts";
import { lookFunctions, parseFence, parseLook } from "../../../../src/machines/host/ships/look.ts";
import * as programs from "../../../../src/machines/host/ships/programs.ts";
import { REFUSED } from "../../../../src/machines/host/ships/programs.ts";
import { runnerScript } from "../../../../src/machines/host/ships/runner.ts";
import type { Fence, ShipSpec } from "../../../../src/machines/ships.ts";

const ship: ShipSpec = { name: "~sampel-palnet", fake: false, amesPort: 34540, httpPort: 8080, loom: 31 };
const fake: ShipSpec = { ...ship, name: "~zod", fake: true };
const fence: Fence = { ship: ship.name, token: 7, machineId: "0123456789abcdef0123456789abcdef", run: "run-1" };
const key = secret("keyfile of ~sampel-palnet", "0wcanary");
const vere = "/opt/slipway/vere/4.5-0123456789ab/urbit";
const here = programs.ground(ship.name, "");
const request = { ship, fence, vere, pill: null, key };

const all: Record<string, string> = {
  inspect: programs.inspectProgram(here),
  fence: programs.fenceProgram(here, fence),
  unfence: programs.unfenceProgram(here, fence),
  boot: programs.bootProgram(here, request),
  "boot of a fake ship": programs.bootProgram(programs.ground("~zod", ""), {
    ...request,
    ship: fake,
    key: null,
    pill: "/opt/slipway/pills/a.pill",
  }),
  install: programs.installProgram(here, ship, fence, vere),
  start: programs.startProgram(here, fence),
  stop: programs.stopProgram(here, fence),
  remove: programs.removeProgram(here, ship, fence),
  guard: guardScript(),
  runner: runnerScript(),
};

const parses = (program: string) => spawnSync("sh", ["-n"], { input: program, encoding: "utf8" });

describe("the programs", () => {
  test.each(Object.entries(all))("%s is whole POSIX sh", (_, program) => {
    expect(parses(program)).toMatchObject({ status: 0, stderr: "" });
    expect(program).not.toMatch(/undefined|\[object/);
  });
  test.each(Object.entries(all))("%s holds no secret", (_, program) => expect(program).not.toContain("canary"));
  test.each(["boot", "install", "start", "stop", "remove"])(
    "%s asks the guard for the token before it acts",
    (name) => {
      const lines = (all[name] ?? "").split("\n");
      const asked = lines.indexOf("guard require 7 || exit $?");
      const acts = lines.findIndex((line) =>
        /^\s*(systemd-run|systemctl (enable|stop|kill|disable)|rm -rf)/.test(line),
      );
      expect(asked).toBeGreaterThan(0);
      if (acts >= 0) expect(acts).toBeGreaterThan(asked);
    },
  );
  test("a worker that comes after the ship was given away leaves nothing on the host", () => {
    const root = mkdtempSync(join(tmpdir(), "slipway-late-"));
    mkdirSync(join(root, "etc"));
    writeFileSync(join(root, "etc/machine-id"), fence.machineId);
    const ground = programs.ground("~zod", root);
    const run = (program: string) => spawnSync("sh", [], { input: program, encoding: "utf8" }).status;
    const current = { ...fence, ship: "~zod" };
    const late = { ...current, token: current.token - 1 };
    expect(run(programs.fenceProgram(ground, current))).toBe(0);
    expect(run(programs.unfenceProgram(ground, current))).toBe(0);
    const files = () =>
      readdirSync(root, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => name);
    expect(files().sort()).toEqual(["machine-id", "zod.lock"]);
    for (const program of [
      programs.fenceProgram(ground, late),
      programs.bootProgram(ground, { ...request, ship: fake, key: null, fence: late }),
      programs.installProgram(ground, fake, late, vere),
      programs.startProgram(ground, late),
      programs.stopProgram(ground, late),
      programs.removeProgram(ground, fake, late),
    ])
      expect(run(program)).toBe(GUARD.stale);
    expect(files().sort()).toEqual(["machine-id", "zod.lock"]);
  });
  test("whatever a run is called, it stays one word", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 40 }).filter((text) => !text.includes("\0")),
        (run) => {
          expect(parses(programs.fenceProgram(here, { ...fence, run })).status).toBe(0);
        },
      ),
      { numRuns: 25 },
    );
  });
  test("a live ship's pier is never deleted once it began, by no word in the program", () => {
    const program = programs.removeProgram(here, ship, fence);
    expect(program).toContain(`*) false || { look; exit ${REFUSED.mustLive}; };;`);
  });
});

describe("looking at a pier", () => {
  const look = (prepare: (pier: string) => void) => {
    const root = mkdtempSync(join(tmpdir(), "slipway-look-"));
    const ground = programs.ground("~zod", root);
    prepare(ground.paths.pier);
    const run = spawnSync("sh", [], { input: programs.inspectProgram(ground), encoding: "utf8" });
    return parseLook(run.stdout);
  };
  const log = (pier: string, size: number) => {
    mkdirSync(join(pier, ".urb/log/0i0"), { recursive: true });
    writeFileSync(join(pier, ".urb/log/0i0/data.mdb"), "x");
    if (size > 0) writeFileSync(join(pier, ".urb/log/data.mdb"), Buffer.alloc(size));
  };
  test.each<[string, string, (pier: string) => void]>([
    ["nothing there", "absent", () => undefined],
    ["an empty directory", "never-began", (pier) => mkdirSync(pier, { recursive: true })],
    ["an epoch but no log of its own", "never-began", (pier) => log(pier, 0)],
    ["a log without a record", "never-began", (pier) => log(pier, 8192)],
    ["an identity", "began", (pier) => log(pier, 45056)],
    [
      "a docked binary",
      "ready",
      (pier) => {
        log(pier, 45056);
        writeFileSync(join(pier, ".run"), "");
      },
    ],
  ])("%s is %s", (_, state, prepare) => expect(look(prepare)?.pier).toBe(state));
  test("what is an empty log follows the system's page size", () => {
    const page = Number(spawnSync("getconf", ["PAGESIZE"], { encoding: "utf8" }).stdout);
    expect(look((pier) => log(pier, 2 * page))?.pier).toBe("never-began");
    expect(look((pier) => log(pier, 3 * page))?.pier).toBe("began");
  });
  test("a lock file alone is no lock", () => {
    const seen = look((pier) => {
      mkdirSync(pier, { recursive: true });
      writeFileSync(join(pier, ".vere.lock"), `${process.pid}\n`);
    });
    expect(seen?.lockPid).toBeNull();
  });
});

describe("a boot that was cut off before its first event", () => {
  /** A pier as such a boot leaves it, after its resume was tried and failed. */
  const left = (change: (pier: string, boot: string) => void) => {
    const root = mkdtempSync(join(tmpdir(), "slipway-hopeless-"));
    const { paths } = programs.ground("~zod", root);
    mkdirSync(join(paths.pier, ".urb/log/0i0"), { recursive: true });
    mkdirSync(join(paths.pier, ".urb/chk"));
    mkdirSync(paths.boot, { recursive: true });
    writeFileSync(join(paths.pier, ".urb/chk/image.bin"), "");
    writeFileSync(join(paths.boot, "made"), "");
    writeFileSync(join(paths.boot, "end"), "exit 1\nlive no\n");
    writeFileSync(join(paths.boot, "resumed"), `${statSync(paths.pier).ino}\n`);
    change(paths.pier, paths.boot);
    const input = `${lookFunctions(paths)}\n${programs.HOPELESS}\nif hopeless; then echo gone; else echo kept; fi`;
    return spawnSync("sh", [], { input, encoding: "utf8" }).stdout.trim();
  };
  test("may go", () => expect(left(() => undefined)).toBe("gone"));
  test.each<[string, (pier: string, boot: string) => void]>([
    ["of a ship with a snapshot", (pier) => writeFileSync(join(pier, ".urb/chk/image.bin"), "x")],
    ["of a ship that ran", (pier) => mkdirSync(join(pier, ".urb/dev"))],
    ["with a later epoch", (pier) => mkdirSync(join(pier, ".urb/log/0i10"))],
    ["with its binary docked", (pier) => writeFileSync(join(pier, ".run"), "")],
    ["that nobody tried to resume", (_, boot) => rmSync(join(boot, "resumed"))],
    ["that was put there since", (_, boot) => writeFileSync(join(boot, "resumed"), "1\n")],
    ["that Slipway did not make", (_, boot) => rmSync(join(boot, "made"))],
    ["whose resume was cut off itself", (_, boot) => rmSync(join(boot, "end"))],
    ["whose resume went live", (_, boot) => writeFileSync(join(boot, "end"), "exit 1\nlive yes\n")],
  ])("but no pier %s", (_, change) => expect(left(change)).toBe("kept"));
});

describe("what a look says", () => {
  test("lines of a ship's log are never taken for facts", () => {
    const state = parseLook(
      "pier began\nlock 12\nboot running\nbootlog pier ready\nunitlog live yes\nunit loaded active running\nenabled enabled\nlooked\n",
    );
    expect(state).toMatchObject({
      pier: "began",
      lockPid: 12,
      boot: "running",
      bootLog: ["pier ready"],
      live: false,
      unit: "active",
      unitEnabled: true,
    });
  });
  test("half a look is none", () => expect(parseLook("pier ready\nlock \n")).toBeNull());
  test.each([
    ["loaded failed failed", "failed"],
    ["loaded activating auto-restart", "failed"],
    ["loaded activating start", "active"],
    ["loaded inactive dead", "inactive"],
    ["not-found inactive dead", "absent"],
  ])("a unit that is %s is %s", (unit, state) => expect(parseLook(`unit ${unit}\nlooked\n`)?.unit).toBe(state));
  test("a ship on hold has failed", () =>
    expect(parseLook("unit loaded inactive dead\nhold yes\nlooked\n")?.unit).toBe("failed"));
  test("a fence that was given away is none", () => {
    const record = ["ship=~zod", "token=7", "held=yes", "machine=ab", "run=r"];
    expect(parseFence(record)).toEqual({ ship: "~zod", token: 7, machineId: "ab", run: "r" });
    expect(parseFence(record.map((line) => line.replace("yes", "no")))).toBeNull();
    expect(parseFence(["token=$(id)", "held=yes"])).toBeNull();
  });
});

describe("operations", () => {
  const answering = (exit: number, stdout = "") => {
    const asked: { program: string; options: RunOptions }[] = [];
    const connection = {
      name: "h1",
      address: "local",
      run: async (program: string, options: RunOptions = {}) => {
        asked.push({ program, options });
        return { ok: true as const, value: { stdout, stderr: "", exit, ms: 1, truncated: false } };
      },
    } as unknown as HostConnection;
    return { ships: createShipOperations(connection, "h1"), asked };
  };

  test.each<[number, string, string]>([
    [GUARD.stale, "critical", "fence-stale"],
    [GUARD.foreign, "critical", "fence-foreign"],
    [GUARD.refused, "critical", "start-refused"],
    [REFUSED.locked, "transient", "pier-locked"],
    [REFUSED.noRuntime, "configuration", "runtime-missing"],
    [REFUSED.mustLive, "critical", "ship-must-live"],
    [REFUSED.running, "critical", "ship-running"],
    [REFUSED.stillRunning, "transient", "ship-still-stopping"],
    [1, "configuration", "ship-program-failed"],
  ])("a program that ends with %i is a %s failure %s", async (exit, kind, code) => {
    expect(await answering(exit, "slipway: refused: why\n").ships.start(ship, fence)).toMatchObject({
      ok: false,
      failure: { kind, code },
    });
  });

  test("a boot that failed is told as what its log says", async () => {
    const text = "pier never-began\nbootlog dawn: invalid private keys: [secret]\nboot failed\nlooked\n";
    expect(await answering(REFUSED.bootFailed, text).ships.boot(request)).toMatchObject({
      ok: false,
      failure: { code: "bad-key" },
    });
  });

  test("the key goes by standard input and is in nothing that is shown", async () => {
    const { ships, asked } = answering(0, "pier absent\nlooked\n");
    const done = await ships.boot(request);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.options.stdin).toBe("0wcanary\n");
    expect(asked[0]?.program).not.toContain("canary");
    expect(JSON.stringify(done)).not.toContain("canary");
  });

  test("each takes one round trip", async () => {
    for (const name of ["start", "stop"] as const) {
      const { ships, asked } = answering(0, "pier ready\nlooked\n");
      await ships[name](ship, fence);
      expect(asked).toHaveLength(1);
    }
  });
});
