import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { configuration, critical, type Outcome, ok } from "../../base/outcome.ts";
import { shellQuote } from "../../base/quote.ts";
import type { HostConnection, UploadTarget } from "./connection.ts";

const PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH; LC_ALL=C; export LC_ALL";

/** Exit 0 when the bytes are there already (owner and mode are then set as wished), 3 when they are not. */
export function presentProgram(target: UploadTarget): string {
  const path = shellQuote(target.path);
  return `${PATH}
s=$(sha256sum < ${path} 2>/dev/null) || exit 3
[ "\${s%% *}" = ${target.sha256} ] || exit 3
chown ${shellQuote(`${target.owner}:${target.group}`)} ${path} && chmod ${shellQuote(target.mode)} ${path}`;
}

/** Takes the file from standard input, checks it, and moves it into place in one step; exit 4 for other bytes than promised. */
export function receiveProgram(target: UploadTarget): string {
  const path = shellQuote(target.path);
  return `${PATH}
umask 077
mkdir -p "$(dirname ${path})" && t=$(mktemp -- ${path}.XXXXXXXX) || exit 5
trap 'rm -f "$t"' EXIT
cat > "$t" || exit 5
s=$(sha256sum < "$t")
[ "\${s%% *}" = ${target.sha256} ] || exit 4
chown ${shellQuote(`${target.owner}:${target.group}`)} "$t" && chmod ${shellQuote(target.mode)} "$t" && mv -fT "$t" ${path}`;
}

/** Streams a local file to the host over the shared connection, unless its bytes are there already. */
export async function uploadFile(
  connection: Pick<HostConnection, "name" | "run">,
  localFile: string,
  target: UploadTarget,
): Promise<Outcome<{ readonly sent: boolean }>> {
  const present = await connection.run(presentProgram(target));
  if (!present.ok) return present;
  if (present.value.exit === 0) return ok({ sent: false });
  if (present.value.exit !== 3) return refused(connection.name, target, present.value.stderr);
  const size = await stat(localFile).then(
    (found) => found.size,
    () => null,
  );
  if (size === null)
    return configuration(
      "upload-source-missing",
      `${localFile} cannot be read on this machine.`,
      "Fetch it again, or point to where it lies.",
    );
  // A slow line: 64 KB/s is the least we wait for, on top of two minutes.
  const timeoutMs = 120_000 + Math.ceil(size / 65_536) * 1_000;
  const sent = await connection.run(receiveProgram(target), { stdin: createReadStream(localFile), timeoutMs });
  if (!sent.ok) return sent;
  if (sent.value.exit === 0) return ok({ sent: true });
  if (sent.value.exit === 4)
    return critical(
      "upload-digest",
      `${localFile} arrived on ${connection.name} with other bytes than its SHA-256 promises; it was thrown away.`,
      `Compare: sha256sum ${shellQuote(localFile)} with ${target.sha256}`,
    );
  return refused(connection.name, target, sent.value.stderr);
}

function refused(host: string, target: UploadTarget, stderr: string) {
  return configuration(
    "upload-refused",
    `${host} could not store ${target.path}.`,
    `Look at the space and the rights there: df -h ${shellQuote(target.path)}`,
    stderr.trim().slice(-400),
  );
}
