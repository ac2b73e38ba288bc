import { configuration, type Outcome, ok } from "../base/outcome.ts";

/** Where vere and pills are published. A mirror keeps the same paths under another address. */
export const BOOTSTRAP = "https://bootstrap.urbit.org";

/** Names vere's releases use, by `uname -m`. */
const ARCHITECTURES = { x86_64: "linux-x86_64", aarch64: "linux-aarch64", arm64: "linux-aarch64" } as const;

export type VereArch = (typeof ARCHITECTURES)[keyof typeof ARCHITECTURES];

/** A file by address and digest. No checksum is published beside these files, so the pin is ours. */
export interface Pinned {
  readonly url: string;
  readonly sha256: string;
}

export function vereArch(machine: string): Outcome<VereArch> {
  const known: Readonly<Record<string, VereArch>> = ARCHITECTURES;
  const arch = Object.hasOwn(known, machine) ? known[machine] : undefined;
  if (arch !== undefined) return ok(arch);
  return configuration("unsupported-arch", `vere is not built for ${machine}.`, "Use an x86_64 or aarch64 host.");
}

/** `4.5` as people write it; `v4.5` is taken too. Anything else must not reach an address or a path. */
export function parseVersion(text: string): Outcome<string> {
  const version = /^v?(\d{1,3}\.\d{1,3}(?:\.\d{1,3})?)$/.exec(text)?.[1];
  if (version !== undefined) return ok(version);
  return configuration(
    "bad-version",
    `${JSON.stringify(text.slice(0, 40))} is not a version of vere.`,
    "Write it as its release is named, for example 4.5",
  );
}

/** The binary of a published release: pace `live`, whose objects are never overwritten. */
export function vereUrl(version: string, arch: VereArch, mirror: string = BOOTSTRAP): string {
  return `${base(mirror)}/vere/live/v${version}/vere-v${version}-${arch}`;
}

/** The boot pill that vere of this version fetches by itself. */
export function pillUrl(version: string, mirror: string = BOOTSTRAP): string {
  return `${base(mirror)}/urbit-v${version}.pill`;
}

/**
 * An address of the web as it is fetched; null for what is none (a path). Only this machine may do without TLS: the
 * digest is checked in either case, but who asks should not be seen asking.
 */
export function webAddress(text: string): Outcome<string> | null {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return null;
  const url = URL.parse(text);
  const local = url !== null && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url !== null && (url.protocol === "https:" || (url.protocol === "http:" && local))) return ok(url.href);
  return configuration(
    "bad-address",
    `${JSON.stringify(text.slice(0, 200))} is not an address files are fetched from.`,
    "Give one that begins with https://, or a file of this machine.",
  );
}

function base(mirror: string): string {
  const url = webAddress(mirror);
  if (url === null || !url.ok) throw new TypeError(`${mirror}: a mirror must be https`);
  return url.value.replace(/\/+$/, "");
}
