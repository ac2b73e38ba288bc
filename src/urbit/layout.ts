/** Where everything of Slipway and of its ships lies on a host. One place, so that no two rooms disagree. */
export const LAYOUT = {
  user: "urbit",
  group: "urbit",
  /** Home of the user and parent of all piers. */
  home: "/var/lib/urbit",
  vereDirectory: "/opt/slipway/vere",
  pillDirectory: "/opt/slipway/pills",
  /** Scripts of ours that the host runs by itself. */
  libDirectory: "/opt/slipway/lib",
  fenceDirectory: "/var/lib/slipway/fence",
  bootDirectory: "/var/lib/slipway/boot",
  /** tmpfs: the key lies here until vere has read it. */
  runDirectory: "/run/slipway",
  /** Directories of root that must exist before a ship can. */
  systemDirectories: [
    { path: "/opt/slipway", mode: "0755" },
    { path: "/opt/slipway/vere", mode: "0755" },
    { path: "/opt/slipway/pills", mode: "0755" },
    { path: "/opt/slipway/lib", mode: "0755" },
    { path: "/var/lib/slipway", mode: "0700" },
    { path: "/var/lib/slipway/fence", mode: "0700" },
    { path: "/var/lib/slipway/boot", mode: "0700" },
  ],
} as const;

/** Digits of a digest that make a path: enough to tell files apart, short enough to read. */
const SHORT = 12;

/** Path of a vere binary on the host: `version` without `v`, `sha256` in hex. */
export function vereFile(version: string, sha256: string): string {
  return `${LAYOUT.vereDirectory}/${version}-${sha256.slice(0, SHORT)}/urbit`;
}

/** Path of a boot pill on the host. */
export function pillFile(sha256: string): string {
  return `${LAYOUT.pillDirectory}/${sha256.slice(0, SHORT)}.pill`;
}

/** Everything of one ship on a host. */
export interface ShipPaths {
  /** The name without its sig: what vere calls the directory and we call the files. */
  readonly bare: string;
  readonly pier: string;
  readonly lock: string;
  /** Inside the pier: the id we gave it, which a copy of the directory carries along. */
  readonly pierId: string;
  readonly fence: string;
  /** Attempt, filtered log and end of the first boot. */
  readonly boot: string;
  readonly key: string;
  readonly unit: string;
  readonly unitFile: string;
  readonly bootUnit: string;
}

/** A name as it may enter a path or a unit: letters and single hyphens of a @p, nothing a shell or systemd reads. */
const BARE = /^[a-z]{3,6}(-{1,2}[a-z]{6}){0,7}$/;

/** `root` is "" on a host; tests put a directory before every path. A name that is no @p is a bug in the caller. */
export function shipPaths(name: string, root = ""): ShipPaths {
  const bare = name.replace(/^~/, "");
  if (!BARE.test(bare)) throw new TypeError(`${JSON.stringify(name)} is not a ship's name`);
  const pier = `${root}${LAYOUT.home}/${bare}`;
  return {
    bare,
    pier,
    lock: `${pier}/.vere.lock`,
    pierId: `${pier}/.slipway-id`,
    fence: `${root}${LAYOUT.fenceDirectory}/${bare}`,
    boot: `${root}${LAYOUT.bootDirectory}/${bare}`,
    key: `${root}${LAYOUT.runDirectory}/${bare}.key`,
    unit: `urbit-${bare}.service`,
    unitFile: `${root}/etc/systemd/system/urbit-${bare}.service`,
    bootUnit: `slipway-boot-${bare}.service`,
  };
}
