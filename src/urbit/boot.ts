/** How vere is called. Argument vectors only: the host side runs them without a shell reading them again. */
export interface Sailing {
  readonly vere: string;
  readonly pier: string;
  /** @p with sig. */
  readonly name: string;
  readonly fake: boolean;
  readonly amesPort: number;
  readonly httpPort: number;
  /** Power of two, 20 to 34. */
  readonly loom: number;
}

export interface FirstBoot extends Sailing {
  /** Null lets vere fetch its own. */
  readonly pill: string | null;
  /** Path of the keyfile; null for a fake ship. */
  readonly keyFile: string | null;
}

/**
 * What every start shares. Without a TTY vere needs `-t`. HTTP listens on loopback alone: the proxy in front of it is
 * what faces the world. A fake ship must never reach the real network, and only the first start knows that by itself.
 */
function common(ship: Sailing): readonly string[] {
  return [
    "-t",
    ...(ship.fake ? ["-L"] : []),
    ...["-b", "127.0.0.1"],
    ...["-p", String(ship.amesPort)],
    ...["--http-port", String(ship.httpPort)],
    ...["--loom", String(ship.loom)],
  ];
}

/**
 * The first start. The pier must not exist and its parent must: with a missing parent vere boots, silently, into its
 * working directory.
 */
export function firstBootArgv(boot: FirstBoot): readonly string[] {
  const bare = boot.name.slice(1);
  if (!boot.fake && boot.keyFile === null) throw new TypeError(`${boot.name} needs a keyfile`);
  return [
    boot.vere,
    ...common(boot),
    "-x",
    ...["-c", boot.pier],
    ...(boot.fake ? ["-F", bare] : ["-w", bare]),
    ...(boot.keyFile === null ? [] : ["-k", boot.keyFile]),
    ...(boot.pill === null ? [] : ["-B", boot.pill]),
  ];
}

/** Goes on with a first start that was cut off after it had an identity; -F, -w, -k and -B are refused by then. */
export function resumeArgv(ship: Sailing): readonly string[] {
  return [ship.vere, ...common(ship), "-x", ship.pier];
}

/** Puts the binary into the pier, which a resumed first start leaves out. */
export function dockArgv(ship: Pick<Sailing, "vere" | "pier">): readonly string[] {
  return [ship.vere, "dock", ship.pier];
}

export function runArgv(ship: Sailing): readonly string[] {
  return [ship.vere, ...common(ship), ship.pier];
}
