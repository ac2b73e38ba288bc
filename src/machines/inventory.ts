import { readFile } from "node:fs/promises";
import { writeFileAtomic } from "../base/files.ts";
import { configuration, type Outcome, ok } from "../base/outcome.ts";

/** A host to reach: what connects to it needs no more. */
export interface HostTarget {
  readonly name: string;
  /** OpenSSH destination (`root@10.77.0.11`, an alias of `~/.ssh/config`), `local`, or `twin`. */
  readonly address: string;
}

/** A host the user owns, as they named it. */
export interface InventoryHost extends HostTarget {
  /** What the user says it is; unknown until they or an assessment say so. */
  readonly kind: "bare-metal" | "vps" | "unknown";
  readonly addedAt: string;
  /** Its size when it was last looked at; null until somebody has. */
  readonly capacity?: Capacity | null;
}

/** What a host has for ships, in bytes: memory, swap, and what is free where piers go. */
export interface Capacity {
  readonly ramBytes: number;
  readonly swapBytes: number;
  readonly diskFreeBytes: number;
}

/** The inventory with what was seen of a host's size. */
export function withCapacity(
  hosts: readonly InventoryHost[],
  name: string,
  { ramBytes, swapBytes, diskFreeBytes }: Capacity,
): readonly InventoryHost[] {
  const capacity = { ramBytes, swapBytes, diskFreeBytes };
  return hosts.map((host) => (host.name === name ? { ...host, capacity } : host));
}

const NAME = /^[a-z][a-z0-9-]{0,30}$/;
/** OpenSSH takes `user@host`, an alias, or `ssh://user@host:port`; nothing of it may look like an option. */
const ADDRESS = /^(?!-)[A-Za-z0-9_.:@%[\]/-]{1,255}$/;

export async function readInventory(file: string): Promise<Outcome<readonly InventoryHost[]>> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return ok([]);
    return configuration(
      "inventory-unreadable",
      `${file} cannot be read`,
      "check its owner and mode, and that SLIPWAY_HOME is a directory of yours",
      (error as Error).message,
    );
  }
  try {
    const { hosts } = JSON.parse(text) as { hosts: readonly InventoryHost[] };
    if (!Array.isArray(hosts)) throw new TypeError("it holds no list of hosts");
    return ok(hosts);
  } catch (error) {
    return configuration(
      "inventory-damaged",
      `${file} is not an inventory`,
      "restore it from a copy, or move it away and add the hosts again",
      (error as Error).message,
    );
  }
}

/** Adds a host, or says why its name or address will not do. The same host under the same name again is no change. */
export function withHost(hosts: readonly InventoryHost[], host: InventoryHost): Outcome<readonly InventoryHost[]> {
  if (!ADDRESS.test(host.address)) {
    return configuration(
      "host-address",
      `"${host.address}" is not an SSH destination`,
      "give user@host, an alias of ~/.ssh/config, or local",
    );
  }
  if (!NAME.test(host.name)) {
    return configuration(
      "host-name",
      `"${host.name}" cannot be a host's name`,
      "use lower-case letters, digits and dashes, beginning with a letter: --name alder",
    );
  }
  const same = hosts.find((known) => known.name === host.name);
  if (same !== undefined && same.address === host.address) return ok(hosts);
  if (same !== undefined) {
    return configuration(
      "host-name-taken",
      `${host.name} is already ${same.address}`,
      `slipway host remove ${host.name}, or choose another --name`,
    );
  }
  const twice = hosts.find((known) => known.address === host.address && host.address !== "twin");
  if (twice !== undefined) {
    return configuration("host-known", `${host.address} is already known as ${twice.name}`, "slipway host list");
  }
  return ok([...hosts, host]);
}

export async function writeInventory(file: string, hosts: readonly InventoryHost[]): Promise<void> {
  await writeFileAtomic(file, `${JSON.stringify({ hosts }, null, 2)}\n`);
}
