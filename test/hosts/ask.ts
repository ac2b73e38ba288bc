import type { Lab } from "../../lab/hosts/lab.ts";
import { codeOf } from "../../lab/stand-in-vere/ship.ts";
import { parseReply, peel } from "../../src/urbit/conn.ts";
import { pointOf } from "../../src/urbit/point.ts";

/** Ships asked by plain tools of their host: curl and a few lines of Python, nothing of Slipway's own. */

/** Logs in with the ship's own code and asks who we are; null where no web page answers. `user` logs in to the host. */
export function webName(lab: Lab, host: string, ship: string, port: number, user = "root"): string | null {
  const { stdout, exit } = lab.exec(
    host,
    `jar=$(mktemp); trap 'rm -f $jar' EXIT
curl -fs -o /dev/null -c $jar --data-urlencode password=${codeOf(ship)} http://127.0.0.1:${port}/~/login &&
curl -fs -b $jar http://127.0.0.1:${port}/~/name`,
    user,
  );
  return exit === 0 ? stdout.trim() : null;
}

/** The ship's name as its control socket gives it. Reads the whole reply before it closes: less would kill the ship. */
export function socketName(lab: Lab, host: string, ship: string, user = "root"): string | null {
  const rid = 7n;
  const request = Buffer.from(peel(rid, "who")).toString("hex");
  const { stdout, exit } = lab.exec(
    host,
    `sudo -n python3 - <<'END'
import os, socket
os.chdir("/var/lib/urbit/${ship.slice(1)}/.urb")
s = socket.socket(socket.AF_UNIX)
s.connect("conn.sock")
s.sendall(bytes.fromhex("${request}"))
reply = b""
while len(reply) < 5 or len(reply) < 5 + int.from_bytes(reply[1:5], "little"):
    part = s.recv(65536)
    if not part: break
    reply += part
print(reply.hex())
END`,
    user,
  );
  const reply = exit === 0 ? parseReply(Buffer.from(stdout.trim(), "hex"), rid) : null;
  return reply?.kind === "value" && typeof reply.noun === "bigint" ? pointOf(reply.noun).name : null;
}
