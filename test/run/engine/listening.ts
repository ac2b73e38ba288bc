import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Addresses a process listens at (TCP) or is bound to (UDP), as `127.0.0.1:8080`; read from the kernel's own tables. */
export function listening(pid: number): readonly string[] {
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  return ["tcp", "tcp6", "udp", "udp6"].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, "utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(
        ([, , , state, , , , , , inode]) => sockets.has(inode ?? "") && (table.startsWith("udp") || state === LISTEN),
      )
      .map(([, local = ""]) => address(local)),
  );
}

const LISTEN = "0A";

/** The kernel prints each 32-bit word of an address in the machine's own (little-endian) order. */
function address(local: string): string {
  const [hex = "", port = ""] = local.split(":");
  const bytes = hex.match(/.{8}/g)?.flatMap((word) => (word.match(/../g) ?? []).reverse()) ?? [];
  const text =
    bytes.length === 4
      ? bytes.map((byte) => Number.parseInt(byte, 16)).join(".")
      : (bytes.join("").match(/.{4}/g) ?? []).join(":");
  return `${text}:${Number.parseInt(port, 16)}`;
}

export function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address.startsWith("0000:0000:0000:0000:0000:0000:0000:0001:");
}
