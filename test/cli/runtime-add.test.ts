import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "../../src/cli/command.ts";
import { command } from "../../src/cli/commands/runtime-add.ts";
import { slipwayHome } from "../../src/run/home.ts";
import { pinnedRuntime, runtimeFiles } from "../../src/run/runtime.ts";
import { ioDouble } from "./doubles.ts";

const VERE = Buffer.from("\x7fELF a vere binary".repeat(1000));
const PILL = Buffer.from("a pill".repeat(1000));
const digest = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

/** A mirror: the published files under their published paths, by what was asked for. */
let mirror: Server;
let address: string;
let asked: string[];
let files: Record<string, Buffer>;

beforeEach(async () => {
  asked = [];
  files = { "/m/vere/live/v4.5/vere-v4.5-linux-x86_64": VERE, "/m/urbit-v4.5.pill": PILL };
  mirror = createServer((request, response) => {
    asked.push(request.url ?? "");
    const found = files[request.url ?? ""];
    if (found === undefined) response.writeHead(404).end();
    else response.end(found);
  });
  await new Promise<void>((done) => mirror.listen(0, "127.0.0.1", done));
  const at = mirror.address();
  address = `http://127.0.0.1:${typeof at === "object" && at !== null ? at.port : 0}/m`;
});
afterEach(() => {
  mirror.closeAllConnections();
  mirror.close();
});

async function add(double: ReturnType<typeof ioDouble>, ...argv: readonly string[]) {
  const input = parse(command, argv);
  if (!input.ok) throw new Error(input.failure.what);
  const exit = await command.run(input.value, double.io);
  return { exit, ...double.written };
}
const site = (double: ReturnType<typeof ioDouble>) => slipwayHome(double.io.env);

describe("the runtime is pinned", () => {
  test("from files of this machine, by the digests they have", async () => {
    const double = ioDouble();
    writeFileSync(join(double.home, "vere"), VERE);
    writeFileSync(join(double.home, "pill"), PILL);
    const { exit, out } = await add(double, "--vere", "vere", "--pill", "./pill", "--version", "4.5");
    expect(exit).toBe(0);
    expect(out).toBe(`vere 4.5 pinned: ${digest(VERE)}\npill pinned: ${digest(PILL)}\n`);
    const pinned = await pinnedRuntime(site(double));
    expect(pinned).toEqual({ version: "4.5", vereSha256: digest(VERE), pillSha256: digest(PILL) });
    const found = await runtimeFiles(site(double), pinned);
    expect(found.ok && readFileSync(found.value.vere.file).equals(VERE)).toBe(true);
  });

  test("as it is published, from a mirror, each file under its own path", async () => {
    const double = ioDouble({ env: { SLIPWAY_MIRROR: address } });
    const { exit } = await add(double, "--vere-sha256", digest(VERE), "--pill-sha256", digest(PILL));
    expect(exit).toBe(0);
    expect(asked).toEqual(["/m/vere/live/v4.5/vere-v4.5-linux-x86_64", "/m/urbit-v4.5.pill"]);
    expect(await pinnedRuntime(site(double))).toMatchObject({ vereSha256: digest(VERE), pillSha256: digest(PILL) });
  });

  test("for another architecture, another version, and without a pill", async () => {
    const double = ioDouble();
    files["/m/vere/live/v4.6/vere-v4.6-linux-aarch64"] = VERE;
    const argv = ["--version", "v4.6", "--arch", "aarch64", "--vere-sha256", digest(VERE), "--mirror", address];
    expect(JSON.parse((await add(double, ...argv, "--json")).out)).toEqual({
      version: "4.6",
      vereSha256: digest(VERE),
      pillSha256: null,
    });
  });

  test("from any address, and without asking it for what is here already", async () => {
    const double = ioDouble();
    files["/m/mine"] = VERE;
    const argv = ["--vere", `${address}/mine`, "--vere-sha256", digest(VERE)];
    expect((await add(double, ...argv)).exit).toBe(0);
    mirror.closeAllConnections();
    mirror.close();
    expect((await add(double, ...argv)).exit).toBe(0);
    expect(asked).toEqual(["/m/mine"]);
  });
});

describe("what is not what it should be is refused, and what was pinned stays", () => {
  const refused = async (argv: readonly string[], prepare: (home: string) => void = () => undefined) => {
    const double = ioDouble({ env: { SLIPWAY_MIRROR: address } });
    prepare(double.home);
    const { exit, err } = await add(double, ...argv);
    expect(await pinnedRuntime(site(double))).toEqual({ version: "4.5", vereSha256: null, pillSha256: null });
    return { exit, err };
  };
  const written = (name: string, bytes: string | Buffer) => (home: string) => writeFileSync(join(home, name), bytes);

  test.each<[string, readonly string[], number, RegExp]>([
    ["other bytes than were pinned", ["--vere-sha256", "0".repeat(64)], 5, /is not the file it should be.*thrown away/],
    ["a version nobody published", ["--version", "9.9", "--vere-sha256", digest(VERE)], 1, /answered 404/],
    ["nothing said", [], 2, /neither --vere nor --vere-sha256/],
    ["an address without a digest", ["--vere", "https://files.example/vere"], 2, /needs the SHA-256/],
    [
      "an address without TLS",
      ["--vere", "http://files.example/vere", "--vere-sha256", digest(VERE)],
      2,
      /is not an address/,
    ],
    [
      "a mirror without TLS",
      ["--mirror", "http://files.example", "--vere-sha256", digest(VERE)],
      2,
      /is not an address/,
    ],
    [
      "a mirror that is a path",
      ["--mirror", "/srv/mirror", "--vere-sha256", digest(VERE)],
      2,
      /--mirror takes an address/,
    ],
    ["half a digest", ["--vere-sha256", "abc"], 2, /64 hex digits/],
    ["a version that is none", ["--version", "latest", "--vere", "vere"], 2, /is not a version of vere/],
    [
      "an architecture vere has not",
      ["--arch", "riscv64", "--vere-sha256", digest(VERE)],
      2,
      /is not built for riscv64/,
    ],
    ["a file that is not there", ["--vere", "gone"], 2, /cannot be read/],
  ])("%s", async (_, argv, exit, says) => {
    const got = await refused(argv);
    expect(got.err).toMatch(says);
    expect(got.err).toMatch(/\n {2}next: /);
    expect(got.exit).toBe(exit);
  });

  test.each<[string, Buffer | string, RegExp]>([
    ["a release's archive", Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]), /it is an archive\n.*tar -xzf/s],
    ["a saved web page", "<!DOCTYPE html><html></html>", /it is a web page/],
    ["an empty file", "", /it is empty/],
  ])("%s", async (_, bytes, says) => {
    const got = await refused(["--vere", "vere.tgz"], written("vere.tgz", bytes));
    expect(got).toEqual({ exit: 1, err: expect.stringMatching(says) });
  });

  test("a local file of another digest than it is said to have", async () => {
    const got = await refused(["--vere", "vere", "--vere-sha256", digest(PILL)], written("vere", VERE));
    expect(got).toEqual({ exit: 5, err: expect.stringMatching(/is not the file it should be/) });
  });
});

test("a cached file that went bad reaches no host", async () => {
  const double = ioDouble();
  writeFileSync(join(double.home, "vere"), VERE);
  await add(double, "--vere", "vere");
  const { cache } = site(double);
  mkdirSync(cache, { recursive: true });
  chmodSync(join(cache, digest(VERE)), 0o600);
  writeFileSync(join(cache, digest(VERE)), "rot");
  const found = await runtimeFiles(site(double), await pinnedRuntime(site(double)));
  expect(found).toMatchObject({ ok: false, failure: { code: "wrong-hash" } });
});
