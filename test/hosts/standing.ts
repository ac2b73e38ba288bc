import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Lab } from "../../lab/hosts/lab.ts";
import { buildStandIn } from "../../lab/stand-in-vere/build.ts";
import { createShipOperations } from "../../src/machines/host/ships/index.ts";
import { connect } from "../../src/machines/host/transport.ts";
import type { ShipSpec } from "../../src/machines/ships.ts";
import { LAYOUT, vereFile } from "../../src/urbit/layout.ts";
import { value } from "./outcomes.ts";
import { until } from "./site.ts";

/** Runs a program on a host of the lab; anything but success is a mistake of the test's. */
export function sure(lab: Lab, host: string, program: string): string {
  const { exit, stdout, stderr } = lab.exec(host, program);
  if (exit !== 0) throw new Error(`${host}: ${stderr}`);
  return stdout.trim();
}

/** Ships (stand-ins) booted on a host and under their units, as an earlier launch would have left them. */
export async function putUp(lab: Lab, host: string, wanted: readonly Omit<ShipSpec, "fake" | "loom">[]): Promise<void> {
  const local = await buildStandIn();
  const sha256 = createHash("sha256").update(readFileSync(local)).digest("hex");
  const vere = vereFile("4.5", sha256);
  const pill = "/opt/slipway/pills/stand-in.pill";
  sure(
    lab,
    host,
    `useradd --system --home-dir ${LAYOUT.home} --shell /usr/sbin/nologin ${LAYOUT.user}
mkdir -p ${LAYOUT.systemDirectories.map(({ path }) => path).join(" ")} ${vere.replace(/\/urbit$/, "")}
chown ${LAYOUT.user}:${LAYOUT.group} ${LAYOUT.home}; head -c 4096 /dev/zero > ${pill}`,
  );
  const connection = connect({ name: host, address: host }, { sshConfig: lab.sshConfig });
  value(await connection.upload(local, { path: vere, sha256, owner: "root", group: "root", mode: "0755" }));
  const ships = createShipOperations(connection, host);
  const machineId = sure(lab, host, "cat /etc/machine-id");
  for (const { name, amesPort, httpPort } of wanted) {
    const ship: ShipSpec = { name, fake: true, amesPort, httpPort, loom: 31 };
    const fence = { ship: name, token: 1, machineId, run: "run-1" };
    const reached = async (stage: "ready" | "live") => {
      const state = await ships.inspect(ship);
      if (!state.ok) return false;
      const { boot, pier, live } = state.value.value;
      return stage === "live" ? live : boot === "done" && pier === "ready";
    };
    value(await ships.fence(fence));
    value(await ships.boot({ ship, fence, vere, pill, key: null }));
    await until(() => reached("ready"), `${name} boots`);
    value(await ships.install(ship, fence, vere));
    value(await ships.start(ship, fence));
    await until(() => reached("live"), `${name} lives`);
  }
  await connection.close();
}
