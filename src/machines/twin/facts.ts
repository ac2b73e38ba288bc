import { sha256 } from "../../base/canonical.ts";
import type { Facts } from "../machine.ts";
import type { FaultKind } from "./faults.ts";
import type { HostModel } from "./model.ts";
import type { Turn } from "./world.ts";

const GIB = 1024 ** 3;

/** A roomy Debian 12 machine, but for what `addHost` said otherwise. */
export function factsOf({ host }: Turn, fault: FaultKind | null): Facts {
  const { things, ships } = host;
  const bound = Object.values(ships).flatMap((ship) =>
    ship.active ? [`udp ${ship.amesPort}`, `tcp ${ship.httpPort}`] : [],
  );
  const facts: Facts = {
    machineId: host.machineId,
    hostname: host.name,
    os: "debian",
    osVersion: "12",
    arch: "x86_64",
    kernel: "6.1.0-twin",
    virtualization: "kvm",
    init: fault === "no-systemd" ? "init" : "systemd",
    ramBytes: 64 * GIB,
    swapBytes: 4 * GIB,
    diskFreeBytes: fault === "disk-full" ? 0 : 1000 * GIB,
    inodesFree: 10_000_000,
    rotational: false,
    clockSkewSeconds: fault === "clock-off" ? 7200 : 0,
    timeSync: things["package systemd-timesyncd"] === undefined ? "none" : "timesyncd",
    ports: ["tcp 22"],
    sshPorts: [22],
    firewall: things["firewall table"] === undefined ? "none" : "nftables",
    packageManager: "apt",
    ships: Object.keys(ships)
      .filter((name) => ships[name]?.pierId !== "")
      .sort(),
    ...host.facts,
  };
  return { ...facts, ports: [...facts.ports, ...bound] };
}

const PARTS = [
  "packages",
  "users",
  "groups",
  "units",
  "etc",
  "firewall",
  "sysctl",
  "srv",
  "slipway",
  "var",
  "ships",
] as const;
type Part = (typeof PARTS)[number];

/**
 * One digest per part of the host's state, the same when nothing changed. A fence that was given away is no state of the
 * host: only its token remains, so that no older one gets in again.
 */
export function fingerprintOf(host: HostModel): Readonly<Record<string, string>> {
  const lines: Record<Part, string[]> = {
    packages: [],
    users: [],
    groups: [],
    units: [],
    etc: [],
    firewall: [],
    sysctl: [],
    srv: [],
    slipway: [],
    var: [],
    ships: [],
  };
  for (const [key, value] of Object.entries(host.things)) lines[partOf(key)].push(`${key} ${value}`);
  for (const [name, ship] of Object.entries(host.ships)) {
    lines.ships.push(`${name} ${ship.pierId}`);
    if (ship.unit) lines.units.push(`unit urbit-${name.slice(1)}.service ${ship.enabled} ${ship.active}`);
  }
  for (const [name, fence] of Object.entries(host.fences)) if (fence.held) lines.slipway.push(`fence ${name}`);
  for (const batch of Object.keys(host.undo)) lines.slipway.push(`undo ${batch}`);
  return Object.fromEntries(PARTS.map((part) => [part, sha256(lines[part].sort().join("\n"))]));
}

const HOMES: Readonly<Record<string, Part>> = {
  package: "packages",
  user: "users",
  group: "groups",
  unit: "units",
  sysctl: "sysctl",
  firewall: "firewall",
};

function partOf(key: string): Part {
  const home = HOMES[key.slice(0, key.indexOf(" "))];
  if (home !== undefined) return home;
  if (key.startsWith("path /etc")) return "etc";
  if (key.startsWith("path /srv") || key.startsWith("path /opt")) return "srv";
  return key.startsWith("path /var/lib/slipway") ? "slipway" : "var";
}
