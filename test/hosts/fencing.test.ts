import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Lab, startLab } from "../../lab/hosts/lab.ts";
import { hostMachine } from "../../src/machines/host/open.ts";
import { engineClient } from "../../src/run/engine/client.ts";
import { slipwayHome } from "../../src/run/home.ts";
import { shipPaths } from "../../src/urbit/layout.ts";
import { bodies, fingerprint, openSite, type Site, until } from "./site.ts";

/** One writer per ship, on real hosts, with the real engine and its workers. Root only. */
let lab: Lab;
let site: Site;

beforeAll(async () => {
  lab = await startLab({ hosts: ["alder", "birch"] });
  site = await openSite(lab);
  await site.own("alder", "birch");
}, 300_000);

afterAll(async () => {
  await site?.down();
  await lab?.down();
}, 120_000);

const ZOD = shipPaths("~zod");
const on = (host: string, program: string) => lab.exec(host, program).stdout.trim();
/** The token the host holds, from its record. */
const tokenOn = (host: string) => Number(on(host, `sed -n s/^token=//p ${ZOD.fence}`));
const deploy = (ship: string, host: string) => [
  "deploy-planet",
  ship,
  "--fake",
  "--host",
  host,
  "--yes",
  "--by",
  "ada",
];

describe("a worker that is stopped in the middle of a start", () => {
  test("is replaced, and cannot start or touch the ship when it goes on", async () => {
    const engine = engineClient(slipwayHome({ SLIPWAY_HOME: site.home }), {});
    const leased = async () => {
      const lease = await engine.lease("~zod");
      return lease.ok ? lease.value.token : null;
    };
    expect((await site.slipway("up")).exit).toBe(0);
    const { pid } = JSON.parse(readFileSync(join(site.home, "worker.pid"), "utf8")) as { pid: number };
    // The host itself makes the start wait: somebody holds the ship's lock from the boot on.
    on(
      "alder",
      `systemd-run -q --unit hold sh -c 'until [ -e ${ZOD.boot}/attempt ]; do sleep 0.05; done; exec 9>>/run/slipway/zod.lock; flock 9; exec sleep 900'`,
    );
    expect((await site.slipway(...deploy("~zod", "alder"), "--detach")).exit).toBe(0);
    await until(
      async () => (await leased()) === 2 && on("alder", "pgrep -cx flock") === "1",
      "the start waits with token 2",
    );
    process.kill(pid, "SIGSTOP");
    on("alder", "systemctl stop hold");
    await until(() => tokenOn("alder") === 2, "what the worker had sent arrives");
    expect(lab.exec("alder", `systemctl cat ${ZOD.unit}`).exit).not.toBe(0);

    const second = site.begin("worker");
    onTestFinished(async () => {
      second.child.kill("SIGTERM");
      await second.ended;
    });
    await until(() => on("alder", `systemctl is-active ${ZOD.unit}`) === "active", "another worker starts the ship");
    await until(async () => {
      const state = await engine.status(site.run());
      return state.ok && state.value?.status === "done";
    }, "the run is done");
    expect(bodies(site.evidence(), "step-failed")).toEqual([]);
    expect(bodies(site.evidence(), "step-done").filter(({ step }) => step === "production/unit/~zod")).toHaveLength(1);

    const now = async () => ({
      token: tokenOn("alder"),
      leased: await leased(),
      unit: on("alder", `systemctl show -p MainPID,InvocationID,ActiveState ${ZOD.unit}`),
    });
    const before = await now();
    expect(before.token).toBeGreaterThan(2);
    expect(before.leased).toBe(before.token);
    process.kill(pid, "SIGCONT");
    const refusal = "refused: token 2 of ~zod is not the current one";
    await until(
      () => on("alder", "journalctl -q -t slipway -o cat").includes(refusal),
      "the first worker is turned away",
    );
    expect(await now()).toEqual(before);
  }, 240_000);
});

describe("a second host", () => {
  test.each([
    ["deploy-planet", ...deploy("~zod", "birch").slice(1)],
    ["launch", "Deploy fake ship ~zod to production on my own servers", "--host", "birch", "--yes"],
  ])(
    "is refused the ship by %s, which says where it runs and touches nothing",
    async (...argv) => {
      const before = await fingerprint(lab, "birch");
      const { exit, err } = await site.slipway(...argv);
      expect(exit).toBe(5);
      expect(err).toMatch(
        /^error: ~zod runs on alder \(token \d+, since .*\); it may not be launched on birch\n {2}why: /,
      );
      expect(err).toContain("next: slipway lease explain ~zod\n");
      expect(await fingerprint(lab, "birch")).toEqual(before);
    },
    60_000,
  );

  test("does not get it by being asked at the same moment", async () => {
    const both = await Promise.all([
      site.slipway(...deploy("~nec", "alder")),
      site.slipway(...deploy("~nec", "birch")),
    ]);
    expect(both.map(({ exit }) => exit).sort()).toEqual([0, 5]);
    const [won, lost] = both[0]?.exit === 0 ? ["alder", "birch"] : ["birch", "alder"];
    expect(both.find(({ exit }) => exit === 5)?.out).toContain(`~nec runs on ${won}`);
    expect(on(won, "systemctl is-active urbit-nec")).toBe("active");
    expect(on(lost, "ls /var/lib/urbit; systemctl list-unit-files --plain --no-legend 'urbit-nec*'")).not.toContain(
      "nec",
    );
  }, 240_000);
});

describe("a pier copied by hand to another host", () => {
  const start = `systemctl daemon-reload; systemctl start ${ZOD.unit}; systemctl is-active ${ZOD.unit}; journalctl -q -o cat -u ${ZOD.unit} | grep refused: | tail -n 1; ls ${ZOD.pier}/.vere.lock.new 2>/dev/null`;

  test("does not start there: the record that came along is another machine's, and without it there is none", async () => {
    lab.copy("alder", "birch", [ZOD.pier, ZOD.unitFile, ZOD.fence, "/opt/slipway"]);
    on(
      "birch",
      "id urbit >/dev/null 2>&1 || useradd --system --home-dir /var/lib/urbit urbit; chown -R urbit: /var/lib/urbit",
    );
    const id = (host: string) => on(host, "cat /etc/machine-id");
    expect(on("birch", start)).toBe(
      `inactive\nslipway: refused: ~zod belongs to machine ${id("alder")}, this is ${id("birch")}`,
    );
    on("birch", `rm ${ZOD.fence}`);
    expect(on("birch", start)).toBe("inactive\nslipway: refused: ~zod has no lease on this machine");
  }, 60_000);

  test("nor by Slipway with the fence of the machine it came from", async () => {
    lab.copy("alder", "birch", [ZOD.fence]);
    const machine = hostMachine({ name: "birch", address: "birch" }, { sshConfig: lab.sshConfig });
    const fence = {
      ship: "~zod",
      token: tokenOn("alder"),
      machineId: on("alder", "cat /etc/machine-id"),
      run: site.runs()[0] ?? "",
    };
    const spec = { name: "~zod", fake: true, amesPort: 34_540, httpPort: 8_080, loom: 31 };
    for (const refused of [await machine.ships.start(spec, fence), await machine.ships.fence(fence)])
      expect(refused).toMatchObject({ ok: false, failure: { code: "fence-foreign", kind: "critical" } });
    await machine.close();
    expect(on("birch", `systemctl is-active ${ZOD.unit}`)).toBe("inactive");
    expect(on("alder", `systemctl is-active ${ZOD.unit}`)).toBe("active");
  }, 60_000);
});
