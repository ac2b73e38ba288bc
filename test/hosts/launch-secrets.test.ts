import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Lab, startLab } from "../../lab/hosts/lab.ts";
import { buildStandIn } from "../../lab/stand-in-vere/build.ts";
import { codeOf } from "../../lab/stand-in-vere/ship.ts";
import { engineSockets } from "../../src/run/engine/config.ts";
import { slipwayHome } from "../../src/run/home.ts";
import { socketName, webName } from "./ask.ts";
import { writeKey } from "./keys.ts";
import { bodies, type Ended, fingerprint, openSite, type Site } from "./site.ts";

/** Two live ships with keys nobody may find again, and the gate before what cannot be undone. Root only. */
const SHIPS = ["~sampel-palnet", "~marzod"] as const;
const GATE = "first-boot-production";
const HOST = "alder";

let lab: Lab;
let site: Site;
let watcher: ReturnType<typeof watchProcesses>;
const secrets: Record<string, string> = {};
const told: Ended[] = [];

beforeAll(async () => {
  lab = await startLab({ hosts: [HOST] });
  site = await openSite(lab);
  for (const ship of SHIPS) {
    secrets[`keyfile of ${ship}`] = writeKey(keyFile(ship), ship);
    secrets[`code of ${ship}`] = codeOf(ship);
  }
  watcher = watchProcesses();
  await site.own(HOST);
}, 300_000);

afterAll(async () => {
  watcher?.stop();
  await site?.down();
  await lab?.down();
}, 120_000);

const keyFile = (ship: string) => join(site.desk, `${ship.slice(1)}.key`);
const say = async (...argv: readonly string[]) => {
  const ended = await site.slipway(...argv);
  told.push(ended);
  return ended;
};
const launch = (ship: string, ...more: readonly string[]) =>
  say("launch", `Deploy ${ship} to production on my own servers`, "--key", `${ship}=${keyFile(ship)}`, ...more);
const answers = (ship: string, port: number) =>
  webName(lab, HOST, ship, port) === ship && socketName(lab, HOST, ship) === ship;

describe("a first boot that cannot be undone", () => {
  test("is not approved by --yes: the run waits at its gate, and the host is as it was", async () => {
    const before = await fingerprint(lab, HOST);
    const { exit, out, err } = await launch(SHIPS[0], "--yes");
    expect({ exit, err }).toEqual({ exit: 3, err: "" });
    const run = site.run();
    expect(out).toContain(
      `Next Phase: Production Environment\nProceed? (yes/no)\n  yes: slipway approve ${run} ${GATE}\n`,
    );
    expect(out).toContain(`waits for ${GATE}: first boot of ${SHIPS[0]}: it cannot be undone without a breach`);
    expect(await fingerprint(lab, HOST)).toEqual(before);
    const status = JSON.parse((await say("status", "last", "--json")).out);
    expect(status).toMatchObject({ status: "waiting", gate: { id: GATE, irreversible: true } });
  }, 120_000);

  test("goes on when somebody approves it", async () => {
    expect((await say("approve", "last", "--by", "ada")).exit).toBe(0);
    expect(await say("watch", "last")).toMatchObject({ exit: 0, err: "" });
    expect(bodies(site.evidence(), "gate-approved").at(-1)).toMatchObject({ gate: GATE, by: "ada" });
    expect(answers(SHIPS[0], 8080)).toBe(true);
  }, 120_000);

  test("is approved by its own name, and by no other", async () => {
    expect(await launch(SHIPS[1], "--yes", "--approve-irreversible", "first-boot")).toMatchObject({
      exit: 2,
      err: `error: the plan has no irreversible gate "first-boot"; it has: ${GATE}\n  next: look at it first: slipway plan …\n`,
    });
  });

  test("whose key vere refuses leaves nothing but what to do next", async () => {
    // The refusal of a real vere repeats the whole key, to its log and to whoever reads that.
    const echo = join(site.desk, "echo");
    writeFileSync(
      echo,
      `#!/bin/sh
[ "$1" = -R ] && echo "urbit 4.5" && exit
while [ "$1" != -k ]; do shift; done
echo "dawn: invalid private keys: $(cat "$2")" >&2
exit 1
`,
    );
    const refused = await launch(SHIPS[1], "--vere", echo, "--yes", "--approve-irreversible", GATE);
    expect(refused.exit).toBe(3);
    expect(refused.out).toContain(
      `✗ production/boot/${SHIPS[1]}: The boot of ${SHIPS[1]} on ${HOST} failed: vere does not accept the keyfile.`,
    );
    expect(refused.out).toMatch(/why: dawn: invalid private keys: \[secret\]\n {2}next: .*slipway key check/);
    expect((await say("cancel", "last")).exit).toBe(0);
  }, 120_000);

  test("is not held up by the one that failed", async () => {
    const pin = ["--vere", await buildStandIn(), "--pill", site.pill];
    const launched = await launch(SHIPS[1], ...pin, "--yes", "--approve-irreversible", GATE, "--by", "ada");
    expect(launched).toMatchObject({ exit: 0, err: "" });
    expect(bodies(site.evidence(), "gate-approved").map(({ gate, by }) => `${gate} ${by}`)).toEqual([
      "plan ada",
      `${GATE} ada`,
    ]);
    expect(answers(SHIPS[1], 8081)).toBe(true);
  }, 120_000);
});

describe("the keys, the login codes and the sessions are nowhere to be found", () => {
  test("in what was printed, evidence, reports, logs and state", async () => {
    for (const run of site.runs()) await say("report", run, "--json");
    expect(found(told.map(({ out, err }) => out + err).join("\n"))).toEqual([]);
    const files = filesUnder(site.home);
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter((file) => found(readFileSync(file, "latin1")).length > 0)).toEqual([]);
  });

  test("in the engine's journal and state", async () => {
    const { admin } = engineSockets(slipwayHome({ SLIPWAY_HOME: site.home }));
    for (const query of ["SELECT raw AS bytes FROM sys_journal", "SELECT value AS bytes FROM state"]) {
      const asked = [
        "--data",
        JSON.stringify({ query }),
        "-H",
        "content-type: application/json",
        "-H",
        "accept: application/json",
      ];
      const curl = spawnSync("curl", ["-fsS", "--unix-socket", admin, ...asked, "http://engine/query"], {
        encoding: "utf8",
        maxBuffer: 2 ** 30,
      });
      const { rows } = JSON.parse(curl.stdout) as { rows: readonly { readonly bytes: string | null }[] };
      expect(rows.length).toBeGreaterThan(3);
      // The journal of the step that read the key is among them.
      const text = rows.map(({ bytes }) => Buffer.from(bytes ?? "", "hex").toString("latin1"));
      expect(text.join("\n")).toContain(SHIPS[0]);
      expect(text.flatMap(found)).toEqual([]);
    }
  });

  test("in the host's journals and file systems", () => {
    const left = lab.exec(
      HOST,
      `cat > /root/needles <<'END'\n${Object.values(secrets).join("\n")}\nEND
grep -rlaF -f /root/needles /run /etc /tmp /var/tmp /var/lib/slipway /var/log /opt /dev/shm 2>/dev/null
grep -rlaE '${SESSION.source}' /run /etc /tmp /var/tmp /var/lib/slipway /var/log 2>/dev/null
journalctl -q -o export --no-pager | grep -aF -f /root/needles
journalctl -q -o export --no-pager | grep -aE '${SESSION.source}'
ls -A /run/slipway; rm /root/needles`,
    );
    expect(left.stdout.split("\n").filter((line) => line !== "" && !/^[a-z-]+\.lock$/.test(line))).toEqual([]);
  });

  test("in the arguments and environment of any process, here or on the host", () => {
    const { looks, processes, seen } = watcher.stop();
    // What ran on the host was looked at too: it shares this kernel.
    expect(processes).toContain("urbit");
    expect(processes).toContain("ssh");
    expect(looks).toBeGreaterThan(100);
    expect(seen).toEqual([]);
  });
});

/** A session's token as a ship issues it. */
const SESSION = /0v[1-7](\.[0-9a-v]{5}){5}/;

function found(text: string): readonly string[] {
  const names = Object.entries(secrets).flatMap(([name, secret]) => (text.includes(secret) ? [name] : []));
  return SESSION.test(text) ? [...names, "a session"] : names;
}

function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
}

/** Reads every process's arguments and environment again and again until stopped. */
function watchProcesses() {
  const seen: string[] = [];
  const processes = new Set<string>();
  let looks = 0;
  const look = () => {
    looks += 1;
    for (const pid of readdirSync("/proc")) {
      if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
      try {
        const text = readFileSync(`/proc/${pid}/cmdline`, "latin1") + readFileSync(`/proc/${pid}/environ`, "latin1");
        processes.add(text.split("\0")[0]?.split("/").at(-1) ?? "");
        const names = found(text);
        if (names.length > 0) seen.push(`${text.split("\0")[0]}: ${names.join(", ")}`);
      } catch {
        // It has ended.
      }
    }
  };
  const timer = setInterval(look, 30);
  return {
    stop: () => {
      clearInterval(timer);
      return { looks, processes: [...processes], seen };
    },
  };
}
