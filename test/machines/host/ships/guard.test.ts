import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { GUARD, guardScript } from "../../../../src/machines/host/ships/guard.ts";

const ME = "0123456789abcdef0123456789abcdef";
let root: string;
let pier: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "slipway-guard-"));
  mkdirSync(join(root, "etc"));
  writeFileSync(join(root, "etc/machine-id"), `${ME}\n`);
  pier = join(root, "var/lib/urbit/zod");
  mkdirSync(pier, { recursive: true });
  writeFileSync(join(root, "guard"), guardScript(root));
});

function guard(...words: readonly string[]) {
  const run = spawnSync("sh", [join(root, "guard"), ...words], { encoding: "utf8" });
  return { exit: run.status, said: run.stdout + run.stderr };
}
const raise = (token: number, run = "r1", machine = ME) => guard("raise", "zod", String(token), machine, run).exit;

describe("the token", () => {
  test("only grows, whatever the order it comes in", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }), (tokens) => {
        for (const memory of ["var/lib/slipway", "run/slipway"])
          rmSync(join(root, memory), { recursive: true, force: true });
        let high = 0;
        for (const token of tokens) {
          expect(raise(token, `run-${token}`)).toBe(token >= high ? 0 : GUARD.stale);
          high = Math.max(high, token);
          expect(guard("require", "zod", String(high)).exit).toBe(0);
          expect(guard("require", "zod", String(high - 1)).exit).toBe(GUARD.stale);
        }
      }),
      { numRuns: 8 },
    );
  });
  test("is taken twice by the same run only", () => {
    expect([raise(5), raise(5), raise(5, "r2")]).toEqual([0, 0, GUARD.stale]);
  });
  test("stays as high-water mark after the ship was given away", () => {
    expect([raise(5), guard("drop", "zod", "5").exit, guard("drop", "zod", "5").exit]).toEqual([0, 0, 0]);
    expect([raise(5), raise(4), guard("check", "zod").exit, raise(6)]).toEqual([GUARD.stale, GUARD.stale, 1, 0]);
  });
  test("stays over a restart of the host as long as there is a pier to start, and leaves nothing where there is none", () => {
    const record = join(root, "var/lib/slipway/fence/zod");
    const restart = () => rmSync(join(root, "run/slipway"), { recursive: true });
    raise(5);
    guard("drop", "zod", "5");
    restart();
    expect([existsSync(record), raise(4), raise(6)]).toEqual([true, GUARD.stale, 0]);
    rmSync(pier, { recursive: true });
    guard("drop", "zod", "6");
    expect([existsSync(record), raise(5)]).toEqual([false, GUARD.stale]);
  });
  test("an old one frees nothing", () => {
    raise(5);
    expect(guard("drop", "zod", "4").exit).toBe(GUARD.stale);
    expect(guard("check", "zod").exit).toBe(0);
  });
  test.each(["", "x", "-1", "1; id", "99999999999999999999"])("%j is none", (token) => {
    expect(guard("raise", "zod", token, ME, "r").exit).toBe(2);
  });
});

describe("a start", () => {
  test("needs a lease on this machine", () => {
    expect(guard("check", "zod")).toMatchObject({ exit: 1, said: expect.stringContaining("no lease on this machine") });
    expect(raise(1, "r", "f".repeat(32))).toBe(GUARD.foreign);
    raise(1);
    expect(guard("check", "zod").exit).toBe(0);
  });
  test("is refused on a cloned disk, until this machine has its own lease", () => {
    raise(3);
    writeFileSync(join(root, "etc/machine-id"), `${"a".repeat(32)}\n`);
    expect(guard("check", "zod")).toMatchObject({ exit: 1, said: expect.stringContaining(`belongs to machine ${ME}`) });
    expect(guard("require", "zod", "3").exit).toBe(GUARD.foreign);
    expect(raise(3, "r1", "a".repeat(32))).toBe(GUARD.stale);
    expect(raise(4, "r1", "a".repeat(32))).toBe(0);
  });
  test("is refused for a copy of the pier put in its place", () => {
    raise(1);
    expect(guard("bind", "zod", "1").exit).toBe(0);
    expect(readFileSync(join(pier, ".slipway-id"), "utf8")).toMatch(/^[0-9a-f-]{36}\n$/);
    expect(guard("check", "zod").exit).toBe(0);
    cpSync(pier, `${pier}2`, { recursive: true });
    renameSync(pier, `${pier}1`);
    renameSync(`${pier}2`, pier);
    expect(guard("check", "zod")).toMatchObject({
      exit: 1,
      said: expect.stringContaining("not the one that was booted here"),
    });
    // A new token alone does not make the copy the original.
    raise(2);
    expect(guard("check", "zod").exit).toBe(1);
  });
  test("is refused while the ship is on hold, which a new token of the same run does not end, another run does", () => {
    raise(1);
    writeFileSync(join(root, "var/lib/slipway/fence/zod.hold"), "boot: failed: double-boot detected\n");
    expect(guard("check", "zod")).toMatchObject({ exit: 1, said: expect.stringContaining("double-boot") });
    raise(2);
    expect(guard("check", "zod").exit).toBe(1);
    raise(3, "another");
    expect(guard("check", "zod").exit).toBe(0);
  });
});

test("the end of a ship waits for nobody: whoever stops it may hold the lock until it has ended", () => {
  raise(1);
  const program = `exec 9>>${root}/run/slipway/zod.lock; flock 9; SERVICE_RESULT=exec-condition timeout 20 sh ${root}/guard ended zod`;
  expect(spawnSync("sh", ["-c", program]).status).toBe(0);
});

test.each(["../x", "zod/..", "", "$(id)"])("the name %j reaches no path", (name) => {
  expect(guard("check", name).exit).toBe(2);
});

test("a record is read, never run", () => {
  raise(1, "$(touch /tmp/slipway-guard-pwned); `id`");
  writeFileSync(join(root, "var/lib/slipway/fence/zod"), "token=$(id)\nheld=yes\nmachine=`id`\n");
  expect(guard("check", "zod").exit).toBe(1);
});
