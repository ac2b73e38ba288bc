import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Lab, startLab } from "../../lab/hosts/lab.ts";
import { buildStandIn } from "../../lab/stand-in-vere/build.ts";
import type { Outcome } from "../../src/base/outcome.ts";
import { secret } from "../../src/base/secret.ts";
import type { HostConnection } from "../../src/machines/host/connection.ts";
import { createShipOperations } from "../../src/machines/host/ships/index.ts";
import { connect } from "../../src/machines/host/transport.ts";
import type { Seen } from "../../src/machines/machine.ts";
import type { Fence, ShipOperations, ShipSpec, ShipState } from "../../src/machines/ships.ts";
import { LAYOUT, shipPaths, vereFile } from "../../src/urbit/layout.ts";
import { code, value } from "./outcomes.ts";

/** Ships end to end on real Debian hosts under systemd, with a stand-in for vere. Root only. */
let lab: Lab;
let vere: { readonly path: string };
/** Any bytes are a pill to the stand-in; without one it would look for it on the network. */
const PILL = "/opt/slipway/pills/stand-in.pill";
let host: {
  readonly name: string;
  readonly connection: HostConnection;
  readonly ships: ShipOperations;
  readonly machineId: string;
};

beforeAll(async () => {
  const local = await buildStandIn();
  const sha256 = createHash("sha256").update(readFileSync(local)).digest("hex");
  vere = { path: vereFile("4.5", sha256) };
  lab = await startLab({ hosts: ["alder"] });
  const name = "alder";
  const connection = connect({ name, address: name }, { sshConfig: lab.sshConfig });
  const made = lab.exec(
    name,
    `useradd --system --home-dir ${LAYOUT.home} --shell /usr/sbin/nologin ${LAYOUT.user}
mkdir -p ${LAYOUT.systemDirectories.map(({ path }) => path).join(" ")} ${LAYOUT.home} ${vere.path.replace(/\/urbit$/, "")}
chown ${LAYOUT.user}:${LAYOUT.group} ${LAYOUT.home}; head -c 4096 /dev/zero > ${PILL}; cat /etc/machine-id`,
  );
  value(await connection.upload(local, { path: vere.path, sha256, owner: "root", group: "root", mode: "0755" }));
  host = { name, connection, ships: createShipOperations(connection, name), machineId: made.stdout.trim() };
}, 300_000);

afterAll(async () => {
  await host?.connection.close();
  await lab?.down();
}, 120_000);

const seen = <T>(outcome: Outcome<Seen<T>>): T => value(outcome).value;

let port = 31_400;
function spec(name: string, fake = true): ShipSpec {
  port += 1;
  return { name, fake, amesPort: port, httpPort: port - 20_000, loom: 31 };
}
const fenceOf = (ship: ShipSpec, token: number): Fence => ({
  ship: ship.name,
  token,
  machineId: host.machineId,
  run: `run-${token}`,
});

async function reach(ships: ShipOperations, ship: ShipSpec, wanted: (state: ShipState) => boolean): Promise<ShipState> {
  for (let look = 0; look < 200; look += 1) {
    const state = await ships.inspect(ship);
    if (state.ok && wanted(state.value.value)) return state.value.value;
    await new Promise((later) => setTimeout(later, 200));
  }
  throw new Error(`never reached: ${JSON.stringify(await ships.inspect(ship))}`);
}

async function booted(ships: ShipOperations, ship: ShipSpec, fence: Fence): Promise<void> {
  seen(await ships.fence(fence));
  seen(await ships.boot({ ship, fence, vere: vere.path, pill: PILL, key: null }));
  const state = await reach(ships, ship, ({ boot }) => boot !== "running");
  if (state.boot !== "done") throw new Error(`boot ${state.boot}: ${state.bootLog.slice(-8).join(" / ")}`);
  expect(state).toMatchObject({ boot: "done", pier: "ready" });
}

async function started(ships: ShipOperations, ship: ShipSpec, fence: Fence): Promise<void> {
  seen(await ships.install(ship, fence, vere.path));
  seen(await ships.start(ship, fence));
  await reach(ships, ship, (state) => state.live);
}

describe("a fake ship", () => {
  test("boots, runs under systemd, answers, survives a kill and a reboot, stops, and is removed", async () => {
    const { name, ships } = host;
    const ship = spec("~ryp");
    const fence = fenceOf(ship, 1);
    await booted(ships, ship, fence);
    await started(ships, ship, fence);

    const life = seen(await ships.life(ship));
    expect(life).toMatchObject({ live: true, khan: true, who: "~ryp" });
    expect(life.event).toBeGreaterThan(0);
    expect(seen(await ships.hi(ship)).ms).toBeGreaterThan(0);
    const http = await ships.http(ship);
    expect(seen(http)).toMatchObject({ loggedInAs: "~ryp" });
    expect([200, 204]).toContain(seen(http).loginStatus);
    expect(JSON.stringify(http)).not.toMatch(/[a-z]{6}-[a-z]{6}-[a-z]{6}-[a-z]{6}/);

    // Again is the same as once.
    expect(seen(await ships.boot({ ship, fence, vere: vere.path, pill: PILL, key: null })).pier).toBe("ready");
    const before = seen(await ships.inspect(ship));
    seen(await ships.start(ship, fence));
    expect(seen(await ships.inspect(ship)).lockPid).toBe(before.lockPid);

    lab.exec(name, "systemctl kill -s KILL --kill-whom=main urbit-ryp");
    await reach(ships, ship, (state) => state.live && state.lockPid !== before.lockPid);

    await lab.reboot(name);
    const after = await reach(ships, ship, (state) => state.live);
    expect(after).toMatchObject({ unitEnabled: true, pierId: before.pierId, fence });

    expect(seen(await ships.stop(ship, fence))).toMatchObject({ unit: "inactive", lockPid: null, live: false });
    expect(seen(await ships.remove(ship, fence))).toMatchObject({ pier: "absent", unit: "absent", boot: "none" });
    seen(await ships.unfence(fence));
    expect(seen(await ships.inspect(ship)).fence).toBeNull();
    expect(
      lab.exec(name, `ls -A ${LAYOUT.home} ${LAYOUT.bootDirectory}; ls /etc/systemd/system | grep urbit`).stdout,
    ).not.toContain("ryp");
  }, 240_000);

  test("whose first boot is killed at any moment comes up all the same", async () => {
    const { name, ships } = host;
    const ship = spec("~nec");
    const fence = fenceOf(ship, 1);
    seen(await ships.fence(fence));
    const request = { ship, fence, vere: vere.path, pill: PILL, key: null };
    for (const stage of ["never-began", "began"] as const) {
      seen(await ships.boot(request));
      await reach(ships, ship, (state) => state.pier === stage || state.boot !== "running");
      lab.exec(name, "systemctl kill -s KILL slipway-boot-nec");
      await reach(ships, ship, (state) => state.boot !== "running" && state.lockPid === null);
    }
    seen(await ships.boot(request));
    // Killed after its last event it is ready, with nothing left to boot.
    await reach(ships, ship, (state) => state.boot !== "running" && state.pier === "ready");
    await started(ships, ship, fence);
    expect(seen(await ships.life(ship)).who).toBe("~nec");
    seen(await ships.remove(ship, fence));
  }, 240_000);
});

describe("the fence", () => {
  test("turns away a worker that stalled and wakes up with an old token", async () => {
    const { ships } = host;
    const ship = spec("~bud");
    const old = fenceOf(ship, 5);
    const current = fenceOf(ship, 6);
    await booted(ships, ship, old);
    seen(await ships.fence(current));
    expect(code(await ships.fence(old))).toBe("fence-stale");
    expect(code(await ships.boot({ ship, fence: old, vere: vere.path, pill: PILL, key: null }))).toBe("fence-stale");
    expect(code(await ships.install(ship, old, vere.path))).toBe("fence-stale");
    expect(code(await ships.start(ship, old))).toBe("fence-stale");
    await started(ships, ship, current);
    expect(code(await ships.stop(ship, old))).toBe("fence-stale");
    expect(code(await ships.remove(ship, old))).toBe("fence-stale");
    expect(code(await ships.unfence(current))).toBe("ship-running");
    expect(seen(await ships.inspect(ship)).live).toBe(true);
    seen(await ships.remove(ship, current));
    seen(await ships.unfence(current));
    expect(code(await ships.fence(current))).toBe("fence-stale");
  }, 120_000);

  test("keeps a live ship's pier", async () => {
    const { name, ships } = host;
    const ship = spec("~sampel-palnet", false);
    const fence = fenceOf(ship, 1);
    const { pier } = shipPaths(ship.name);
    lab.exec(
      name,
      `mkdir -p ${pier}/.urb/log && head -c 45056 /dev/zero > ${pier}/.urb/log/data.mdb && : > ${pier}/.run`,
    );
    seen(await ships.fence(fence));
    expect(code(await ships.remove(ship, fence))).toBe("ship-must-live");
    // Not even when a plan calls it fake: Slipway did not boot it.
    expect(code(await ships.remove({ ...ship, fake: true }, fence))).toBe("ship-must-live");
    expect(seen(await ships.inspect(ship)).pier).toBe("ready");
  });
});

describe("a bad day", () => {
  /** What the stand-in is to do wrong from now on; "" for nothing. */
  const told = (name: string, faults: string) =>
    lab.exec(name, `printf 'STAND_IN_FAULTS=%s\\n' '${faults}' > "$(dirname ${vere.path})/stand-in.conf"`);

  test("a first boot whose disk is full before its first event begins anew once there is room", async () => {
    const { name, ships } = host;
    const ship = spec("~wel");
    const fence = fenceOf(ship, 1);
    const request = { ship, fence, vere: vere.path, pill: PILL, key: null };
    const attempt = async () => {
      const begun = await ships.boot(request);
      if (!begun.ok) return begun.failure.code;
      const { boot } = await reach(ships, ship, (state) => state.boot !== "running");
      return boot;
    };
    seen(await ships.fence(fence));
    told(name, "boot-full");
    expect(await attempt()).toBe("failed");
    expect(await attempt()).toBe("disk-full");
    told(name, "");
    // What is left has an identity and nothing else: it is resumed first, and given up only when that fails.
    expect(seen(await ships.inspect(ship)).pier).toBe("began");
    expect(await attempt()).toBe("failed");
    expect(await attempt()).toBe("worker-crashed");
    expect(await attempt()).toBe("done");
    expect(seen(await ships.inspect(ship)).pier).toBe("ready");
    await started(ships, ship, fence);

    // Months later the journal no longer holds the start of a ship that runs.
    lab.exec(
      name,
      "journalctl --rotate >/dev/null 2>&1; journalctl --vacuum-time=1s >/dev/null 2>&1; sleep 2; journalctl --rotate >/dev/null 2>&1; journalctl --vacuum-time=1s >/dev/null 2>&1",
    );
    expect(lab.exec(name, "journalctl -q -o cat -u urbit-wel | grep -c '): live' || true").stdout.trim()).toBe("0");
    expect(seen(await ships.inspect(ship))).toMatchObject({ live: true, unit: "active" });
    seen(await ships.remove(ship, fence));
  }, 240_000);

  test("a binary this host cannot run is told before anything begins", async () => {
    const { name, ships } = host;
    const ship = spec("~tul");
    const fence = fenceOf(ship, 1);
    const other = "/opt/slipway/vere/other/urbit";
    lab.exec(
      name,
      `mkdir -p ${other.replace("/urbit", "")} && head -c 64 ${vere.path} > ${other} && chmod 0755 ${other}`,
    );
    seen(await ships.fence(fence));
    const refused = await ships.boot({ ship, fence, vere: other, pill: PILL, key: null });
    expect(code(refused)).toBe("runtime-missing");
    expect(seen(await ships.inspect(ship))).toMatchObject({ pier: "absent", boot: "none" });
    seen(await ships.unfence(fence));
  }, 60_000);
});

test("a key leaves nothing behind on the host", async () => {
  const { name, ships } = host;
  const ship = spec("~marzod", false);
  const fence = fenceOf(ship, 1);
  const canary = "0wcanary.canar.ycana.rycan";
  seen(await ships.fence(fence));
  const request = { ship, fence, vere: vere.path, pill: PILL, key: secret("keyfile of ~marzod", canary) };
  const begun = await ships.boot(request);
  await reach(ships, ship, (state) => state.boot !== "running");
  const told = JSON.stringify([begun, await ships.inspect(ship), await ships.boot(request)]);
  expect(told).not.toContain("canary");
  await reach(ships, ship, (state) => state.boot !== "running");
  const left = lab.exec(
    name,
    `ls -A ${LAYOUT.runDirectory} | grep -v '\\.lock$'; grep -rl canary /run /etc /tmp /var/lib/slipway /var/log 2>/dev/null; journalctl -q -o cat | grep -c canary`,
  );
  expect(left.stdout.trim()).toBe("0");
}, 60_000);
