import { shellQuote } from "../../../base/quote.ts";
import { firstBootArgv, resumeArgv, type Sailing } from "../../../urbit/boot.ts";
import { LAYOUT, type ShipPaths, shipPaths } from "../../../urbit/layout.ts";
import { renderUnit, STOP_SECONDS } from "../../../urbit/unit.ts";
import type { BootRequest, Fence, ShipSpec } from "../../ships.ts";
import { guardFile, guardScript } from "./guard.ts";
import { lookFunctions } from "./look.ts";
import { runnerFile } from "./runner.ts";
import { type HostScript, hostScripts } from "./scripts.ts";

/** How a program ended when it refused; the guard's own are in `GUARD`. */
export const REFUSED = {
  locked: 45,
  bootFailed: 46,
  noHome: 47,
  noRuntime: 48,
  mustLive: 49,
  running: 50,
  stillRunning: 51,
  noSystemd: 52,
  noPier: 53,
} as const;

/** One ship's programs: POSIX sh, pure text. Everything variable in them went through `shellQuote` or is a checked name. */
export interface Ground {
  readonly root: string;
  readonly paths: ShipPaths;
}

export function ground(ship: string, root: string): Ground {
  return { root, paths: shipPaths(ship, root) };
}

const q = shellQuote;

export function inspectProgram({ paths }: Ground): string {
  return `${lookFunctions(paths)}\nlook`;
}

/** Puts our scripts on the host when they are not there as they should be: what starts later by itself needs them. */
function equip({ root }: Ground): string {
  const put = ({ path, content, mode }: HostScript) => `put ${q(path)} ${mode} ${q(content)} || exit 1`;
  return `put() {
  printf %s "$3" | cmp -s - "$1" && return 0
  mkdir -p "$(dirname "$1")" && printf %s "$3" > "$1.new" && chmod "$2" "$1.new" && mv -f "$1.new" "$1"
}
${hostScripts(root).map(put).join("\n")}`;
}

/**
 * Holds the ship's lock from here on, so that no token can change between the look at it and the act. The guard is run
 * from this text, whatever lies on the host: who is turned away leaves nothing there.
 */
function locked(here: Ground): string {
  const { paths, root } = here;
  return `${lookFunctions(paths)}
mkdir -p ${q(`${root}${LAYOUT.runDirectory}`)}; exec 9>>${q(`${root}${LAYOUT.runDirectory}/${paths.bare}.lock`)}; flock 9
SLIPWAY_LOCKED=${paths.bare}; export SLIPWAY_LOCKED
guard() { verb=$1; shift; sh -c ${q(guardScript(root))} fence "$verb" ${paths.bare} "$@"; }`;
}

const required = (fence: Fence) => `guard require ${fence.token} || exit $?`;

export function fenceProgram(here: Ground, fence: Fence): string {
  return `${locked(here)}
guard raise ${fence.token} ${q(fence.machineId)} ${q(fence.run)} || exit $?
look`;
}

export function unfenceProgram(here: Ground, fence: Fence): string {
  return `${locked(here)}
if running || [ -n "$(lock_pid)" ]; then look; exit ${REFUSED.running}; fi
guard drop ${fence.token} || exit $?
look`;
}

/** The key, when one is needed, comes on standard input and goes to tmpfs. */
export function bootProgram(here: Ground, request: BootRequest): string {
  const { paths, root } = here;
  const { ship, fence, vere, pill, key } = request;
  const sailing = sail(here, ship, vere);
  const keyFile = key === null ? null : paths.key;
  const first = key === null && !ship.fake ? null : firstBootArgv({ ...sailing, pill, keyFile });
  const words = (argv: readonly string[]) => `printf '%s\\n' ${argv.map(q).join(" ")}`;
  const removeKey = `/bin/rm -f ${paths.key}`;
  return `${locked(here)}
${required(fence)}
[ -d /run/systemd/system ] || exit ${REFUSED.noSystemd}
if booting; then look; exit 0; fi
state=$(pier_state)
if [ "$state" = ready ]; then look; exit 0; fi
if [ -n "$(lock_pid)" ]; then look; exit ${REFUSED.locked}; fi
if [ -f "$boot/end" ] && [ ! -f "$boot/reported" ] && [ "$(attempt run)" = ${q(fence.run)} ]; then
  : > "$boot/reported"; look; exit ${REFUSED.bootFailed}
fi
${equip(here)}
[ -d ${q(`${root}${LAYOUT.home}`)} ] && id ${LAYOUT.user} >/dev/null 2>&1 || exit ${REFUSED.noHome}
${usable("-x", vere)}
${runs(vere)}
${pill === null ? "" : usable("-r", pill)}
mkdir -p "$boot" && chmod 0700 "$boot" || exit 1
${HOPELESS}
if [ "$state" = began ] && hopeless; then state=never-began; fi
rm -f "$boot/end" "$boot/reported" "$boot/status"
: > "$boot/log"
if [ "$state" = began ]; then
  mode=resume
  stat -c %i "$pier" > "$boot/resumed"
  ${words(resumeArgv(sailing))} > "$boot/argv"
else
  mode=first
  ${first === null ? `echo 'a live ship needs its key' >&2; exit ${REFUSED.noPier}` : `rm -rf "$pier" "$boot/resumed"\n  : > "$boot/made"\n  ${words(first)} > "$boot/argv"`}
  ${keyFile === null ? ":" : `mkdir -p "\${key%/*}" && chmod 0711 "\${key%/*}" && (umask 077; cat > "$key.new") && chown ${LAYOUT.user}:${LAYOUT.group} "$key.new" && mv -f "$key.new" "$key" || exit 1`}
fi
printf 'run %s\\nmode %s\\nfake %s\\n' ${q(fence.run)} "$mode" ${ship.fake ? "yes" : "no"} > "$boot/attempt"
systemctl reset-failed "$bootunit" 2>/dev/null
systemd-run --quiet --collect --unit="$bootunit" -p Type=exec -p KillMode=mixed -p TimeoutStopSec=5 -p LimitNOFILE=65536 -p ${q(`ExecStopPost=${removeKey}`)} -- /bin/sh ${q(runnerFile(root))} ${paths.bare} 9>&- || { rm -f "$key"; exit 1; }
look`;
}

/**
 * A boot cut off (or out of disk) between its identity and its first event leaves a pier no start gets over. It may go
 * when all of this holds: Slipway made it here, its resume was tried on this very directory and failed, and the ship
 * never ran, since a running one has a snapshot, a later epoch or a device directory.
 */
export const HOPELESS = `hopeless() {
  [ -f "$boot/made" ] && [ -f "$boot/end" ] && ! grep -qx 'live yes' "$boot/end" || return 1
  [ "$(cat "$boot/resumed" 2>/dev/null)" = "$(stat -c %i "$pier")" ] || return 1
  [ ! -s "$pier/.urb/chk/image.bin" ] && [ ! -e "$pier/.urb/dev" ] && [ ! -e "$pier/.run" ] || return 1
  [ "$(ls -d "$pier"/.urb/log/0i* 2>/dev/null)" = "$pier/.urb/log/0i0" ]
}`;

/** The ship's user must get at it, through every directory on the way: root's own look says nothing. */
function usable(test: "-x" | "-r", path: string): string {
  const { user, group } = LAYOUT;
  return `setpriv --reuid ${user} --regid ${group} --clear-groups test ${test} ${q(path)} || { printf '%s\\n' ${q(`${path} is missing or closed to user ${user}`)} >&2; exit ${REFUSED.noRuntime}; }`;
}

/** A binary of another architecture, or no vere at all, is told before anything begins. */
function runs(vere: string): string {
  const { user, group } = LAYOUT;
  return `said=$(timeout 60 setpriv --reuid ${user} --regid ${group} --clear-groups env -i ${q(vere)} -R 2>&1 </dev/null | head -n 1 | cut -c 1-200)
case $said in 'urbit '[0-9]*) ;; *) printf '%s\\n' ${q(`${vere} does not run here:`)} "$said" >&2; exit ${REFUSED.noRuntime};; esac`;
}

export function installProgram(here: Ground, ship: ShipSpec, fence: Fence, vere: string): string {
  const { paths, root } = here;
  const unit = renderUnit({ ...sail(here, ship, vere), guard: guardFile(root) });
  return `${locked(here)}
${required(fence)}
${usable("-x", vere)}
[ "$(pier_state)" = ready ] || { look; exit ${REFUSED.noPier}; }
guard bind ${fence.token} || exit $?
${equip(here)}
text=${q(unit)}
if ! printf %s "$text" | cmp -s - ${q(paths.unitFile)}; then
  printf %s "$text" > ${q(`${paths.unitFile}.new`)} && chmod 0644 ${q(`${paths.unitFile}.new`)} && mv -f ${q(`${paths.unitFile}.new`)} ${q(paths.unitFile)} && systemctl daemon-reload || exit 1
fi
systemctl enable --quiet "$unit" || exit 1
look`;
}

export function startProgram(here: Ground, fence: Fence): string {
  return `${locked(here)}
${required(fence)}
if running; then look; exit 0; fi
if booting; then look; exit ${REFUSED.locked}; fi
if [ -n "$(lock_pid)" ]; then look; exit ${REFUSED.locked}; fi
${equip(here)}
systemctl reset-failed "$unit" 2>/dev/null
guard start ${fence.token} "$unit" || exit $?
look`;
}

/** The lock is let go before the wait, which may take minutes: the next token's holder need not stand in line. */
export function stopProgram(here: Ground, fence: Fence): string {
  return `${locked(here)}
${required(fence)}
systemctl stop --no-block "$unit" 2>/dev/null
exec 9>&-
left=${(STOP_SECONDS + 15) * 5}
while running || [ -n "$(lock_pid)" ]; do
  left=$((left - 1)); [ $left -gt 0 ] || { look; exit ${REFUSED.stillRunning}; }
  sleep 0.2
done
look`;
}

/** Only what Slipway itself booted as a fake ship, or what never began, is ever deleted. */
export function removeProgram(here: Ground, ship: ShipSpec, fence: Fence): string {
  const { paths } = here;
  return `${locked(here)}
${required(fence)}
state=$(pier_state)
case $state in
absent|never-began) ;;
*) ${ship.fake ? `[ "$(attempt fake)" = yes ]` : "false"} || { look; exit ${REFUSED.mustLive}; };;
esac
systemctl kill -s KILL "$bootunit" 2>/dev/null
systemctl disable --quiet "$unit" 2>/dev/null
systemctl stop --no-block "$unit" 2>/dev/null
left=300
while booting || running || [ -n "$(lock_pid)" ]; do
  left=$((left - 1)); [ $left -gt 0 ] || { look; exit ${REFUSED.stillRunning}; }
  sleep 0.2
done
if [ -f ${q(paths.unitFile)} ]; then rm -f ${q(paths.unitFile)} && systemctl daemon-reload; fi
systemctl reset-failed "$unit" "$bootunit" 2>/dev/null
rm -rf "$pier" "$boot" "$key" || exit 1
rm -f /dev/shm/spin_stack_page_~${paths.bare}_*
look`;
}

function sail({ paths }: Ground, ship: ShipSpec, vere: string): Sailing {
  const { name, fake, amesPort, httpPort, loom } = ship;
  return { vere, pier: paths.pier, name, fake, amesPort, httpPort, loom };
}
