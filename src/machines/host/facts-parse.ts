import type { Facts } from "../machine.ts";

/** Controller's clock when the question went out and when the first line of the answer came in, milliseconds since 1970. */
export interface AskedAt {
  readonly sentMs: number;
  readonly receivedMs: number;
}

/** A longer way than this was spent logging in, before the host read its clock. */
const ROUND_TRIP_MS = 200;

/**
 * Reads the answer of `FACTS_PROGRAM`; null when it is not whole. The host reads its clock first of all, so the skew is
 * taken against the moment between sending and receiving: wrong by half a round trip.
 */
export function parseFacts(stdout: string, asked: AskedAt): Facts | null {
  const all = new Map<string, string[]>();
  for (const line of stdout.split("\n")) {
    const cut = line.indexOf("=");
    if (cut < 1) continue;
    const key = line.slice(0, cut);
    all.set(key, [...(all.get(key) ?? []), line.slice(cut + 1)]);
  }
  const one = (key: string, otherwise = "") => all.get(key)?.[0] ?? otherwise;
  const many = (key: string) => all.get(key) ?? [];
  if (one("end") !== "yes") return null;
  const sockets = many("socket").flatMap(socketOf);
  const ssh = [...many("sshd").map(Number), ...sockets.filter((socket) => socket.ssh).map((socket) => socket.port)];
  const clock = Number(one("clock"));
  const midpoint = (Math.max(asked.sentMs, asked.receivedMs - ROUND_TRIP_MS) + asked.receivedMs) / 2000;
  return {
    machineId: one("machineId"),
    hostname: one("hostname"),
    os: one("os", "unknown"),
    osVersion: one("osVersion"),
    arch: one("arch"),
    kernel: one("kernel"),
    virtualization: one("virtualization", "unknown") || "none",
    init: one("init"),
    ramBytes: count(one("ramKb")) * 1024,
    swapBytes: count(one("swapKb")) * 1024,
    diskFreeBytes: count(one("disk").split(/\s+/)[3]) * 1024,
    inodesFree: count(one("inodes").split(/\s+/)[3]),
    rotational: one("rotational") === "" ? null : one("rotational") === "1",
    clockSkewSeconds: Number.isFinite(clock) && clock > 0 ? Math.round((clock - midpoint) * 1000) / 1000 : 0,
    timeSync: timeSync(one("timeSync"), one("container") === "yes"),
    ports: [...new Set(sockets.map((socket) => `${socket.proto} ${socket.port}`))].sort(),
    sshPorts: [...new Set(ssh)].filter((port) => port > 0).sort((a, b) => a - b),
    firewall: firewallOf(one("firewall")),
    packageManager: one("packageManager") === "apt" ? "apt" : "none",
    ships: many("ship").sort(),
  };
}

function count(text: string | undefined): number {
  const value = Number(text);
  return text !== undefined && Number.isFinite(value) ? value : 0;
}

/** A line of `ss -Hltunp`: netid, state, two queues, local address and port, peer, users. */
function socketOf(line: string) {
  const words = line.trim().split(/\s+/);
  const found = /:(\d+)$/.exec(words[4] ?? "");
  const proto = words[0];
  if (found === null || (proto !== "tcp" && proto !== "udp")) return [];
  return [{ proto, port: Number(found[1]), ssh: proto === "tcp" && line.includes('"sshd"') }];
}

function timeSync(word: string, container: boolean): Facts["timeSync"] {
  if (word === "chrony" || word === "ntpd" || word === "timesyncd") return word;
  return container ? "container" : "none";
}

function firewallOf(word: string): Facts["firewall"] {
  return word === "ufw" || word === "nftables" || word === "iptables" ? word : "none";
}
