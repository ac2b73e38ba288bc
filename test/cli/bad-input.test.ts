import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { runCli } from "../../src/cli/cli.ts";
import { hashOf } from "../../src/plan/compose.ts";
import type { Plan } from "../../src/plan/schema.ts";
import { fromBytes, jam, type Noun, tuple } from "../../src/urbit/noun.ts";
import { parsePoint } from "../../src/urbit/point.ts";
import { renderUw } from "../../src/urbit/uw.ts";
import { ioDouble } from "./doubles.ts";

/**
 * What people type, files that were damaged, keys that are not the ship's: each gets the right exit code, an error that
 * says what happened and what to do next, and leaves nothing behind. No host and no engine is needed for any of it.
 */
let desk: ReturnType<typeof ioDouble>;

beforeEach(() => {
  desk = ioDouble();
});

async function slipway(...argv: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  desk.written.out = "";
  desk.written.err = "";
  const code = await runCli(argv, desk.io);
  return { code, ...desk.written };
}

/** One host and a pinned runtime, so that a launch fails for the reason a test is about. Neither is ever used. */
async function equipped(): Promise<void> {
  for (const name of ["vere", "pill"]) writeFileSync(join(desk.home, name), `a ${name}`);
  expect((await slipway("runtime", "add", "--vere", "vere", "--pill", "pill")).code).toBe(0);
  expect((await slipway("host", "add", "root@192.0.2.1", "--name", "alder", "--no-check")).code).toBe(0);
}

/** What every refusal has in common: words for people, and no run, no engine, nothing half done. */
function refusedCleanly({ err, out }: { readonly err: string; readonly out: string }): void {
  expect(err).toMatch(/^error: .+\n( {2}why: {2}.+\n(.+\n)*)? {2}next: .+\n$/);
  expect(err.length).toBeLessThan(7_000);
  expect(err + out).not.toMatch(/\n {4}at |undefined|\[object|NaN/);
  const state = join(desk.home, "state");
  for (const left of ["runs", "engine", "engine.pid", "worker.pid", "plans"])
    expect(existsSync(join(state, left))).toBe(false);
}

const LONG = 100_000;
const SENTENCES: readonly (readonly [string, string, number, RegExp])[] = [
  ["nothing", "", 2, /the sentence is empty/],
  ["blanks", " \t\n ", 2, /the sentence is empty/],
  ["no request", "hello", 2, /nothing in the sentence could be placed/],
  ["a shell's business", "'; rm -rf / #", 2, /nothing in the sentence could be placed/],
  ["0 ships", "Deploy 0 ships", 2, /"0 ships" cannot be deployed/],
  ["fewer than none", "Deploy -1 ships", 2, /"-1 ships" cannot be deployed/],
  ["half a ship", "Deploy 1.5 ships", 2, /"1.5 ships" cannot be deployed/],
  ["more than there are", "Deploy 1000000000 ships", 2, /cannot be deployed/],
  ["a power", "Deploy 10^9 ships", 2, /cannot be deployed/],
  ["a number beyond numbers", `Deploy ${"9".repeat(400)} ships`, 2, /cannot be deployed/],
  [
    "two numbers",
    "Deploy 2 fake ships and 5 fake ships on my own servers",
    2,
    /says both "2 fake ships" and "5 fake ships"/,
  ],
  ["with and without", "Deploy 3 ships on Kubernetes without Kubernetes", 2, /says both/],
  ["no ship's name", "Deploy ~zod-zod on my own servers", 2, /"~zod-zod" is not a ship's name/],
  ["a name with a prefix it may not have", "Deploy ~doznec on my own servers", 2, /"~doznec" is not a ship's name/],
  ["a name in capitals", "Deploy ~SAMPEL-PALNET on my own servers", 2, /Write it as ~sampel-palnet/],
  ["100 KB of nothing", "x".repeat(LONG), 2, /./],
  ["100 KB of ships", `Deploy ${"9".repeat(LONG)} ships`, 2, /./],
  ["100 KB of names", `Deploy ${"~zod-zod ".repeat(LONG / 9)}`, 2, /./],
];

describe.each(["plan", "launch"])("slipway %s of a sentence with", (command) => {
  test.each(SENTENCES)("%s", async (_, sentence, exit, wanted) => {
    const answer = await slipway(command, sentence, ...(command === "launch" ? ["--yes"] : []));
    expect(answer.code).toBe(exit);
    expect(answer.err).toMatch(wanted);
    refusedCleanly(answer);
    const json = await slipway(command, sentence, "--json");
    expect(json).toMatchObject({ code: exit, err: "" });
    expect(JSON.parse(json.out).error).toMatchObject({
      what: expect.stringMatching(/./),
      next: expect.stringMatching(/./),
    });
  });
});

const ONE = "Deploy 1 fake ship on my own server";
const LINES: readonly (readonly [string, readonly string[], number, RegExp])[] = [
  ["an unknown command", ["deploy"], 2, /there is no command "deploy"/],
  ["a family without its member", ["host"], 2, /slipway host add, slipway host list/],
  ["an unknown option", ["launch", ONE, "--yess"], 2, /Unknown option '--yess'/],
  ["an option without its value", ["launch", "--plan"], 2, /'--plan <value>' argument missing/],
  ["a flag with a value", ["launch", ONE, "--yes=no"], 2, /does not take an argument/],
  ["too many words", ["plan", ONE, "twice"], 2, /takes 0 to 1 word\(s\), not 2/],
  ["too few words", ["verify"], 2, /takes 1 word\(s\), not 0/],
  ["a sentence and a plan", ["launch", ONE, "--plan", "plan.json"], 2, /both given/],
  ["a sentence and a file that is not there", ["plan", "--file", "gone.yaml"], 2, /gone\.yaml cannot be read/],
  ["a day that is none", ["plan", ONE, "--today", "2026-13-45"], 2, /--today takes YYYY-MM-DD/],
  ["a word for a number", ["launch", ONE, "--parallel", "many"], 2, /--parallel takes a whole number/],
  ["no steps at once", ["launch", ONE, "--parallel", "0"], 2, /--parallel takes a number above 0/],
  ["nobody to approve", ["launch", ONE, "--yes", "--by", " "], 2, /nobody is named/],
  [
    "a gate that is not there",
    ["launch", ONE, "--twin", "--approve-irreversible", "all"],
    2,
    /no irreversible gate "all"/,
  ],
  ["a host that is not there", ["launch", ONE, "--host", "elm"], 2, /there is no host elm/],
  ["no host at all", ["launch", ONE, "--yes"], 5, /no host to go to/],
  ["a key without a file", ["plan", ONE, "--key", "~zod"], 2, /--key takes ~SHIP=FILE/],
  ["a key of no ship", ["plan", ONE, "--key", "zod=zod.key"], 2, /Write it as ~zod/],
  [
    "a platform that is not built",
    ["launch", "Deploy 60 ships on Kubernetes", "--yes"],
    5,
    /this version cannot carry it out/,
  ],
  [
    "a level that is none",
    ["deploy-planet", "~zod", "--fake", "--hardening", "hard"],
    2,
    /"hard" is no level of hardening/,
  ],
  ["a domain that is none", ["plan", ONE, "--domain", "ships.example.com/x"], 2, /"ships.example.com\/x" is no domain/],
  ["a domain like an address", ["plan", ONE, "--domain", "192.0.2.1"], 2, /"192.0.2.1" is no domain/],
  ["two domains for whom", ["plan", ONE, "--domain", "a.example.com", "--domain", "b.example.com"], 2, /twice/],
  ["a domain of no ship", ["plan", ONE, "--domain", "zod=zod.example.com"], 2, /Write it as ~zod/],
  ["an issuer without TLS", ["plan", ONE, "--acme-directory", "http://ca/dir"], 2, /no directory of an ACME server/],
  ["an issuer with a Caddyfile in it", ["plan", ONE, "--acme-directory", "https://ca/dir}"], 2, /no directory/],
  [
    "an issuer's root that is none",
    ["plan", ONE, "--acme-root", "gone.pem"],
    2,
    /gone.pem holds no certificate in PEM/,
  ],
  ["a ship without its sig", ["deploy-planet", "zod"], 2, /Write it as ~zod/],
  ["a host with blanks", ["host", "add", "root@my host"], 2, /is not an SSH destination/],
  ["a host like an option", ["host", "add", "--", "-oProxyCommand=reboot"], 2, /is not an SSH destination/],
  ["a host with a command", ["host", "add", "root@alder;reboot"], 2, /is not an SSH destination/],
  ["a host of 100 KB", ["host", "add", "a".repeat(LONG)], 2, /is not an SSH destination/],
  ["a host's name like a path", ["host", "add", "root@alder", "--name", "../alder"], 2, /cannot be a host's name/],
  [
    "a kind of host that is none",
    ["host", "add", "root@alder", "--kind", "toaster"],
    2,
    /"toaster" is no kind of host/,
  ],
  ["a host to check that is not there", ["host", "check", "elm"], 2, /there is no host elm/],
  ["a host to forget that is not there", ["host", "remove", "elm"], 2, /there is no host elm/],
  ["a vere that is not there", ["runtime", "add", "--vere", "gone"], 2, /gone cannot be read/],
  ["no vere", ["runtime", "add"], 2, /neither --vere nor --vere-sha256 is given/],
  ["a ship that is none", ["ship", "~zod-zod"], 2, /is not a ship's name/],
  ["a lease of no ship", ["lease", "explain", "zod"], 2, /Write it as ~zod/],
  ["a run before there is one", ["report"], 2, /there is no run yet/],
  ["evidence of nothing", ["verify", "nowhere"], 2, /neither a run nor a directory/],
  ["a rejection without a reason", ["reject", "last"], 2, /--because/],
];

describe("a command line with", () => {
  test.each(LINES)("%s", async (_, argv, exit, wanted) => {
    const answer = await slipway(...argv);
    expect(answer.code).toBe(exit);
    expect(answer.err).toMatch(wanted);
    refusedCleanly(answer);
  });
});

describe("a plan that", () => {
  const LIVE = "Deploy ~sampel-palnet and ~marzod to production on my own servers";
  const change = (plan: Plan, edit: (copy: Plan) => void) => {
    const copy = structuredClone(plan);
    edit(copy);
    return copy;
  };
  const sealed = (plan: Plan) => ({ ...plan, hash: hashOf(plan) });
  const ungated = (plan: Plan) =>
    change(plan, (copy) => {
      for (const phase of copy.phases) if (phase.gate?.irreversible === true) phase.gate = null;
    });
  const magic = (plan: Plan) =>
    change(plan, (copy) => {
      for (const { action } of copy.phases.flatMap(({ steps }) => steps)) action.kind = "magic";
    });

  const EDITS: readonly (readonly [string, (plan: Plan) => unknown, number, RegExp])[] = [
    [
      "was edited by hand",
      (plan) => change(plan, (copy) => copy.ships.reverse()),
      5,
      /the hash does not match the plan: it was edited/,
    ],
    ["lost its gate", ungated, 5, /the hash does not match the plan/],
    [
      "lost its gate and was sealed again",
      (plan) => sealed(ungated(plan)),
      5,
      /cannot be undone and stands behind no gate/,
    ],
    ["does what no specialist can", (plan) => sealed(magic(plan)), 5, /cannot carry it out: magic/],
    ["has no phases", (plan) => ({ ...plan, phases: "none" }), 2, /is not a plan: phases/],
    ["is a list", () => [], 2, /is not a plan/],
    ["is null", () => null, 2, /is not a plan/],
  ];

  test.each(EDITS)("%s is refused", async (_, edit, exit, wanted) => {
    await equipped();
    const { plan } = JSON.parse((await slipway("plan", LIVE, "--json")).out) as { plan: Plan };
    writeFileSync(join(desk.home, "plan.json"), JSON.stringify(edit(plan)));
    const answer = await slipway("launch", "--plan", "plan.json", "--yes");
    expect(answer.code).toBe(exit);
    expect(answer.err).toMatch(wanted);
    refusedCleanly(answer);
  });

  test("is another file is refused without a word of what that holds", async () => {
    const secret = "0w1.canar.ycana.rycan";
    writeFileSync(join(desk.home, "sampel.key"), `${secret}\n`);
    for (const argv of [
      ["launch", "--plan", "sampel.key"],
      ["plan", "--file", "sampel.key"],
    ]) {
      const answer = await slipway(...argv);
      expect(answer.code).toBe(2);
      expect(answer.err + answer.out).not.toMatch(/canar|0w1/);
      refusedCleanly(answer);
    }
  });
});

describe("a keyfile", () => {
  const SHIP = "~sampel-palnet";
  const seeds = Uint8Array.from({ length: 64 }, (_, index) => ((index * 37 + 11) % 255) + 1);
  const ring = (length = 64) => fromBytes(Uint8Array.from([0x42, ...seeds.subarray(0, length)]));
  const text = (noun: Noun) => renderUw(fromBytes(jam(noun)));
  const numberOf = (name: string) => {
    const point = parsePoint(name);
    return point.ok ? point.value.number : 0n;
  };
  const key = (ship = SHIP, life = 1n, length = 64) => text(tuple(numberOf(ship), life, ring(length), 0n));

  const KEYS: readonly (readonly [string, string, number, RegExp, RegExp])[] = [
    [
      "of another ship",
      key("~marzod"),
      0o600,
      /is a key of ~marzod, not of ~sampel-palnet/,
      /Give the keyfile of ~sampel-palnet/,
    ],
    ["that was cut", key().slice(0, -20), 0o600, /is not whole/, /Download the keyfile/],
    ["of a wrong life", key(SHIP, 0n), 0o600, /has key revision 0; keys of ~sampel-palnet start at 1/, /Bridge/],
    ["with half its keys", key(SHIP, 1n, 20), 0o600, /holds no complete pair of keys/, /Download the keyfile/],
    ["that others can read", key(), 0o644, /can be read by other users/, /chmod 600/],
    ["that holds something else", "hunter2", 0o600, /is not a keyfile/, /Download the keyfile/],
    ["that is empty", "", 0o600, /is not a keyfile/, /Download the keyfile/],
  ];

  test.each(KEYS)("%s boots nothing", async (_, content, mode, wanted, next) => {
    await equipped();
    const file = join(desk.home, "sampel.key");
    writeFileSync(file, `${content}\n`);
    chmodSync(file, mode);
    const answer = await slipway(
      "deploy-planet",
      SHIP,
      "--key",
      `${SHIP}=${file}`,
      "--yes",
      "--approve-irreversible",
      "first-boot-production",
    );
    expect(answer.code).toBe(5);
    expect(answer.err).toMatch(wanted);
    expect(answer.err).toMatch(next);
    refusedCleanly(answer);
    const checked = await slipway("key", "check", SHIP, file);
    expect(checked.code).toBe(1);
    expect(checked.err).toBe(answer.err);
    if (content.length > 10) expect(answer.out + answer.err).not.toContain(content.slice(4, 16));
  });

  test("that was not given is asked for", async () => {
    await equipped();
    const answer = await slipway("deploy-planet", SHIP, "--yes");
    expect(answer).toMatchObject({ code: 2, err: `error: ${SHIP} has no keyfile\n  next: --key ${SHIP}=FILE\n` });
    refusedCleanly(answer);
  });

  test("that is right passes, and is not shown", async () => {
    const file = join(desk.home, "sampel.key");
    writeFileSync(file, `${key()}\n`, { mode: 0o600 });
    const answer = await slipway("key", "check", SHIP, file);
    expect(answer).toMatchObject({ code: 0, out: `${file} is a key of ${SHIP}, life 1\n`, err: "" });
  });
});

describe("a runtime", () => {
  test("that is not pinned is asked for", async () => {
    expect((await slipway("host", "add", "root@192.0.2.1", "--name", "alder", "--no-check")).code).toBe(0);
    const answer = await slipway("launch", ONE, "--yes");
    expect(answer.code).toBe(5);
    expect(answer.err).toMatch(/the plan pins no vere binary\n {2}next: slipway runtime add --vere FILE --pill FILE/);
    refusedCleanly(answer);
  });

  test.each(["vere", "pill"])("whose %s is no longer the pinned one goes to no host", async (which) => {
    await equipped();
    const cache = join(desk.home, "state", "cache");
    const file = readdirSync(cache).find((name) => readFileSync(join(cache, name), "utf8") === `a ${which}`) ?? "";
    writeFileSync(join(cache, file), "another");
    const answer = await slipway("launch", ONE, "--yes");
    expect(answer.code).toBe(5);
    expect(answer.err).toMatch(
      /in the cache was not the one that was pinned; it was thrown away\n {2}next: add it again/,
    );
    refusedCleanly(answer);
  });
});

test("a state directory that cannot be one is said so", async () => {
  const file = join(desk.home, "file");
  writeFileSync(file, "");
  for (const state of [file, join(file, "state")]) {
    const home = ioDouble({ env: { SLIPWAY_HOME: state } });
    const code = await runCli(["launch", ONE, "--twin", "--yes"], home.io);
    expect(code).toBe(1);
    expect(home.written.err).toMatch(/^error: .* cannot be read\n {2}why: .*ENOTDIR.*\n {2}next: .*SLIPWAY_HOME.*\n$/);
  }
});

test("an inventory that was damaged is not written over", async () => {
  const state = join(desk.home, "state");
  mkdirSync(state);
  writeFileSync(join(state, "hosts.json"), "{ half");
  for (const argv of [
    ["host", "list"],
    ["host", "add", "root@alder", "--no-check"],
    ["launch", ONE, "--yes"],
  ]) {
    const answer = await slipway(...argv);
    expect(answer.code).not.toBe(0);
    expect(answer.err).toMatch(/hosts\.json is not an inventory/);
    refusedCleanly(answer);
  }
  expect(readFileSync(join(state, "hosts.json"), "utf8")).toBe("{ half");
});
