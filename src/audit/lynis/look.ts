import { sha256 } from "../../base/canonical.ts";
import { redact } from "../../evidence/raw.ts";
import type { Observation } from "../../evidence/schema.ts";
import type { Answers, Question, Seen } from "../../machines/machine.ts";
import { type LynisReport, parseLynisReport } from "./report.ts";

/** A lynis of its own on one host: its report with the observation it was read from, or why there is none. */
export type LynisLook =
  | { readonly kind: "report"; readonly host: string; readonly report: LynisReport; readonly observation: Observation }
  | { readonly kind: "none"; readonly host: string; readonly why: string; readonly next: string };

const ID = "lynis";
/** On a small, busy host it takes minutes. */
const SECONDS = 600;
const SCAN = "lynis audit system --cronjob --no-colors";
const EXIT = { absent: 127, sends: 66, busy: 75 } as const;

/**
 * Runs the host's own lynis so that it leaves nothing: report, log and profile lie in a folder that goes with it; it
 * refreshes no package list, and apt keeps no cache of what it is asked. One that would send its report away is not run.
 */
export const LYNIS_QUESTION: Question = {
  id: ID,
  seconds: SECONDS,
  command: `command -v lynis >/dev/null || exit ${EXIT.absent}
if cat /etc/lynis/*.prf /usr/local/etc/lynis/*.prf 2>/dev/null | grep -qE '^[[:space:]]*upload[[:space:]]*=[[:space:]]*(1|true|yes)'; then exit ${EXIT.sends}; fi
if [ -e /run/lynis.pid ]; then exit ${EXIT.busy}; fi
folder=$(mktemp -d) || exit 1
trap 'rm -rf -- "$folder"' EXIT
trap 'exit 124' TERM INT HUP
printf '%s\\n' refresh-repositories=no error-on-warnings=no >"$folder/slipway.prf"
printf '%s\\n' 'Dir::Cache::pkgcache "";' 'Dir::Cache::srcpkgcache "";' >"$folder/apt.conf"
cd / && APT_CONFIG="$folder/apt.conf" ${SCAN} --profile "$folder/slipway.prf" --logfile "$folder/log" --report-file "$folder/report.dat" >/dev/null 2>&1
cat "$folder/report.dat"`,
};

/** Reads the answer; with the report's text, which is kept under its digest. */
export function lynisLook(
  host: string,
  asked: Seen<Answers>,
  rehearsed: boolean,
): { readonly look: LynisLook; readonly text: string } {
  const answer = asked.value[ID];
  const text = redact(answer?.text ?? "");
  const none = (why: string, next: string) => ({ look: { kind: "none", host, why, next } as const, text: "" });
  switch (answer?.exit ?? null) {
    case null:
      return none("it was not asked", "ask a real host");
    case EXIT.absent:
      return none("lynis is not installed there", `to have it: ssh ${host} apt-get install lynis`);
    case EXIT.sends:
      return none(
        "its profile sends reports away (upload=yes)",
        "take that out of /etc/lynis/*.prf, or run it yourself",
      );
    case EXIT.busy:
      return none("lynis runs there already", "wait for its end; where it is long dead, delete /run/lynis.pid");
    case 124:
      return none(`it did not end within ${SECONDS / 60} minutes`, "look again when the host has less to do");
  }
  const report = parseLynisReport(text);
  if (report === null) return none("it broke off", `see why: ssh ${host} ${SCAN}`);
  const observation: Observation = {
    at: asked.sighting.at,
    host: asked.sighting.host,
    command: `${SCAN} --report-file report.dat; cat report.dat`,
    exit: answer?.exit ?? null,
    rawSha256: sha256(text),
    rawBytes: Buffer.byteLength(text),
    rehearsed,
  };
  return { look: { kind: "report", host, report, observation }, text };
}
