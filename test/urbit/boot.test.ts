import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dockArgv, firstBootArgv, resumeArgv, runArgv } from "../../src/urbit/boot.ts";
import { classify, FILTER_SED, filterLine, LIVE } from "../../src/urbit/boot-log.ts";
import { recordings } from "../conformance/stand-in/transcript.ts";

const ship = { vere: "/v/urbit", pier: "/p/zod", name: "~zod", fake: true, amesPort: 31400, httpPort: 8080, loom: 31 };

describe("how vere is called", () => {
  test("a fake ship's first start", () => {
    expect(firstBootArgv({ ...ship, pill: "/p.pill", keyFile: null }).join(" ")).toBe(
      "/v/urbit -t -L -b 127.0.0.1 -p 31400 --http-port 8080 --loom 31 -x -c /p/zod -F zod -B /p.pill",
    );
  });
  test("a live ship's first start: the key by path, never in argv, and the real network", () => {
    const live = { ...ship, name: "~sampel-palnet", fake: false, pill: null, keyFile: "/run/k" };
    expect(firstBootArgv(live).join(" ")).toBe(
      "/v/urbit -t -b 127.0.0.1 -p 31400 --http-port 8080 --loom 31 -x -c /p/zod -w sampel-palnet -k /run/k",
    );
    expect(() => firstBootArgv({ ...live, keyFile: null })).toThrow("needs a keyfile");
  });
  test("later starts create nothing", () => {
    for (const argv of [resumeArgv(ship), runArgv(ship)]) {
      for (const word of ["-F", "-w", "-k", "-B", "-c"]) expect(argv).not.toContain(word);
      expect(argv.at(-1)).toBe("/p/zod");
      expect(argv).toContain("-L");
    }
    expect(resumeArgv(ship)).toContain("-x");
    expect(runArgv(ship)).not.toContain("-x");
    expect(dockArgv(ship)).toEqual(["/v/urbit", "dock", "/p/zod"]);
  });
});

describe("the filter of vere's output", () => {
  test.each([
    ["dawn: invalid private keys: 0w1abc.short\r", "dawn: invalid private keys: [secret]"],
    ["dawn: invalid private keys: garbage of a key", "dawn: invalid private keys: [secret]"],
    ["x 0w1234.56789.abcde y", "x 0w[secret] y"],
    ["hash 0v11.2h6po, 0w12", "hash 0v11.2h6po, 0w12"],
    ["\x1b[31mred\x1b[0m\r", "red"],
  ])("%j", (line, wanted) => expect(filterLine(line)).toBe(wanted));

  test("the host's sed says the same, line for line", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "dawn: invalid private keys:",
        "0w",
        "0w1.abcde.fghij.k",
        "\r",
        "\x1b[1;31m",
        "\x1b[",
        "~-.",
        "é",
        "0w[secret]",
      ),
      fc.stringMatching(/^[ -~]{0,20}$/),
      fc.stringMatching(/^[0-9a-zA-Z~.-]{0,30}$/),
    );
    const line = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 40 }), (lines) => {
        const sed = spawnSync("sed", ["-u", "-E", FILTER_SED], {
          input: `${lines.join("\n")}\n`,
          env: { ...process.env, LC_ALL: "C" },
          encoding: "utf8",
        });
        expect(sed.stderr).toBe("");
        expect(sed.stdout).toBe(`${lines.map(filterLine).join("\n")}\n`);
      }),
      { numRuns: 60 },
    );
  });

  test("no key gets through in any place of a line", () => {
    const digits = fc.stringMatching(/^[0-9a-zA-Z~-]{12,80}$/);
    fc.assert(
      fc.property(
        fc.string(),
        digits,
        fc.string(),
        (before, key, after) => !filterLine(`${before}0w${key}${after}`).includes(key),
      ),
    );
  });
});

describe("why vere ended", () => {
  test.each([
    ["boot: failed: double-boot detected, refusing to boot ~zod", "double-boot", "critical"],
    ["pier: locked by PID 21622", "pier-locked", "transient"],
    ["mesa: bind: address already in use", "ames-port-taken", "configuration"],
    ["http: listen (18182): address already in use", "http-port-taken", "configuration"],
    ["dawn: invalid private keys: [secret]", "bad-key", "configuration"],
    ["boot: invalid keys for planet '~sampel-palnet'", "key-revoked", "configuration"],
    ["boot: must specify a key with -k or -G", "key-gone", "transient"],
    ["lmdb: write failed: Input/output error", "disk-full", "configuration"],
    ["loom: image corrupt size 1000", "pier-damaged", "critical"],
    ["disk: read meta: no identity", "pier-unusable", "configuration"],
    ["boot: snapshot too big for loom", "loom-too-small", "configuration"],
    ["pier: version negotation failed; downgrade", "wrong-version", "configuration"],
    ["boot: mapping 2048MB failed", "no-memory", "configuration"],
    ["tried to create pier /p/zod but it already exists", "pier-exists", "critical"],
    ["curl: failed to fetch https://bootstrap.urbit.org/urbit-v4.5.pill", "pill-missing", "configuration"],
    ["urbit: write permissions are required for /p/zod", "no-permission", "configuration"],
  ])("%s", (line, code, kind) => {
    const failure = classify(["urbit 4.5", line, "pier: serf unexpectedly shut down"], "~zod on h1");
    expect(failure).toMatchObject({ code, kind, what: expect.stringContaining("~zod on h1: ") });
    expect(failure?.next.length).toBeGreaterThan(10);
  });
  test.each([
    ["03-signals-idle", "SIGKILL to the worker", "worker-lost"],
    ["07-locked-pier", "-x on the running pier", "pier-locked"],
    ["08-ports-taken", "--http-port of the running ship", "http-port-taken"],
    ["08-ports-taken", "ames port of the running ship", "ames-port-taken"],
    ["08-ports-taken", "bad -b", "http-port-taken"],
    ["09-disk-full", "1. log runs full while the ship runs", "disk-full"],
    ["09-disk-full", "2. start again, still full", "disk-full"],
    ["09-disk-full", "7. first boot from a pill on a tmpfs of 10 MB", "disk-full"],
    ["09-disk-full", "8. space freed, plain start of what is left", "worker-crashed"],
    ["09-disk-full", "9. first boot on a tmpfs of 40 MB (room for the log, none for the snapshot)", "disk-full"],
    ["10-long-path-read-only", "read-only file system (bind mount remounted ro)", "no-permission"],
    ["10-long-path-read-only", "new boot inside a read-only directory", "read-only"],
    ["10-long-path-read-only", "start of an empty directory", "pier-unusable"],
    ["10-long-path-read-only", "boot -c onto an existing empty directory", "pier-exists"],
    ["11-memory-limit", "ulimit -v 1500000 (KB), existing pier, default loom 31", "no-memory"],
    ["11-memory-limit", "ulimit -v 2500000 (KB), existing pier, default loom 31", "no-memory"],
    ["11-memory-limit", "--loom 20 (image larger than the loom)", "loom-too-small"],
    ["11-memory-limit", "cgroup memory limit 120 MB (v1, no swap), existing pier", "worker-lost"],
    ["13-sigkill-both-during-first-boot-3s", "", "boot-interrupted"],
    ["13-sigkill-both-during-first-boot-3s", "plain start", "pier-unusable"],
  ])("%s, %s: what a real one printed", (file, title, code) => {
    const told = recordings(`life/${file}.txt`).find((one) => one.title === title);
    const lines = told?.steps.flatMap((step) => ("text" in step ? [step.text] : [])) ?? [];
    expect(classify(lines, "x")?.code).toBe(code);
  });
  test("no recorded ship that went live and ended well says why it did not", () => {
    for (const file of ["01-first-boot", "02-restart-x-d", "06-sigkill-recovery"])
      for (const { steps, end } of recordings(`life/${file}.txt`)) {
        const lines = steps.flatMap((step) => ("text" in step ? [step.text] : []));
        if (end !== null && "code" in end && end.code === 0) expect(classify(lines, "x")).toBeNull();
      }
  });
  test("unknown lines are not guessed at", () =>
    expect(classify(["urbit 4.5", "~", "gall: installing %hood"], "x")).toBeNull());
  test("the sign of life", () => expect(LIVE.exec("pier (1.023): live")?.[1]).toBe("1.023"));
});
