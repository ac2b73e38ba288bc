import { lstatSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** `sun_path` holds 108 bytes; ssh adds a suffix of 17 while it binds, the name itself is 16. */
const LONGEST = 108 - 17 - 1 - 17;

/**
 * A private (0700, ours) and short directory for the masters' sockets. Where the usual place is not ours alone, a new
 * one is made: somebody else's socket there could answer in a host's name.
 */
export function controlDirectory(runtime = process.env.XDG_RUNTIME_DIR, uid = process.getuid?.() ?? 0): string {
  const places = [...(runtime ? [join(runtime, "slipway-ssh")] : []), `/tmp/slipway-ssh-${uid}`];
  for (const place of places) {
    if (Buffer.byteLength(place) > LONGEST) continue;
    try {
      mkdirSync(place, { mode: 0o700 });
    } catch {
      // There already, or the parent is missing: the look below decides.
    }
    try {
      const found = lstatSync(place);
      if (found.isDirectory() && found.uid === uid && (found.mode & 0o077) === 0) return place;
    } catch {
      // Not there: the next place.
    }
  }
  return mkdtempSync(join(tmpdir().length > 40 ? "/tmp" : tmpdir(), "slipway-ssh-"));
}
