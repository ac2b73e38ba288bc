import { sha256 } from "../../base/canonical.ts";
import { type Outcome, ok } from "../../base/outcome.ts";
import { shellLine, shellQuote } from "../../base/quote.ts";
import type { ConvergeRequest } from "../machine.ts";
import type { DownloadResource, Resource } from "../resources.ts";
import { needsOf } from "./needs.ts";
import { compileDirectory } from "./resources/directory.ts";
import { compileDownload, stagingPath } from "./resources/download.ts";
import { compileFile } from "./resources/file.ts";
import { compileFirewall, FIREWALL } from "./resources/firewall.ts";
import { compileFirewallLimit, compileFirewallRule } from "./resources/firewall-rule.ts";
import { at, type Fragment, type Place } from "./resources/fragment.ts";
import { compileLine } from "./resources/line.ts";
import { compilePackage } from "./resources/package.ts";
import { compileSysctl } from "./resources/sysctl.ts";
import { compileTemplate } from "./resources/template.ts";
import { compileUnit, unitPath } from "./resources/unit.ts";
import { compileUser } from "./resources/user.ts";
import { compileVolume } from "./resources/volume.ts";
import { PRELUDE, RECORDS } from "./shell/common.ts";
import { driver } from "./shell/driver.ts";
import { FIREWALL_LIBRARY } from "./shell/firewall.ts";
import { LIBRARY } from "./shell/library.ts";
import { undoScript } from "./shell/undo.ts";
import { VOLUME_LIBRARY } from "./shell/volume.ts";
import { validateBatch } from "./validate.ts";

export interface CompiledBatch {
  /** One POSIX-sh program; it is run as root. */
  readonly program: string;
  /** First word of every record in its answer. */
  readonly marker: string;
}

export interface CompileOptions {
  /** Puts every path of the batch under this directory: for tests without root. */
  readonly root?: string;
}

/**
 * A batch of desired state as one program: probes first (one process per kind of question), then each resource in
 * order: compare, note what undo needs, change, compare again. A dry run is the same program that stops before the
 * noting. Fails with `batch-invalid`, before anything is sent, when a resource is wrong in itself.
 */
export function compileBatch(request: ConvergeRequest, options: CompileOptions = {}): Outcome<CompiledBatch> {
  const valid = validateBatch(request);
  if (!valid.ok) return valid;
  const root = options.root ?? "";
  const { resources } = request;
  const fragments = resources.map((resource, index) => compileResource(resource, { index, root }));
  const body = [
    LIBRARY,
    fragments.some((fragment) => fragment.probes.firewall) ? FIREWALL_LIBRARY : "probe_f() { :; }",
    ...(resources.some(({ kind }) => kind === "volume") ? [VOLUME_LIBRARY] : []),
    probes(fragments),
    ...fragments.map((fragment, index) => functions(fragment, index)),
    stagingCheck(resources, { index: 0, root }),
    ...resources.map((resource, index) => stepCall(resources, resource, index, fragments[index], root)),
  ].join("\n");
  const marker = `slipway-${sha256(`${request.batch}\n${body}`).slice(0, 16)}`;
  const settings = [
    `R=${shellQuote(root)} BATCH=${shellQuote(request.batch)} MARK=${marker} DRY=${request.dryRun ? "yes" : "no"}`,
    `REVERT=${request.revertAfterSeconds ?? 0}`,
  ].join("\n");
  const undo = request.dryRun ? "" : undoScript(root, request.batch);
  const program = [PRELUDE, settings, RECORDS, driver(undo), body, `finish ${resources.length}`].join("\n");
  return ok({ program, marker });
}

/** Switched exhaustively: a new kind of resource does not compile before it is written here. */
function compileResource(resource: Resource, place: Place): Fragment {
  switch (resource.kind) {
    case "package":
      return compilePackage(resource);
    case "user":
      return compileUser(resource, place);
    case "directory":
      return compileDirectory(resource, place);
    case "file":
      return compileFile(resource, place);
    case "template":
      return compileTemplate(resource, place);
    case "unit":
      return compileUnit(resource, place);
    case "sysctl":
      return compileSysctl(resource, place);
    case "firewall":
      return compileFirewall(place);
    case "firewall-rule":
      return compileFirewallRule(resource, place);
    case "firewall-limit":
      return compileFirewallLimit(resource, place);
    case "line":
      return compileLine(resource, place);
    case "download":
      return compileDownload(resource, place);
    case "volume":
      return compileVolume(resource, place);
  }
}

function functions(fragment: Fragment, index: number): string {
  const bodies = { h: fragment.holds, b: fragment.before, s: fragment.save, a: fragment.apply, d: fragment.diff };
  const named = Object.entries(bodies).map(([letter, body]) => `${letter}_${index}() {\n${body}\n}`);
  return [...(fragment.define === "" ? [] : [fragment.define]), ...named].join("\n");
}

/** One process for each kind of question, over the whole batch. `--` is left out where a tool does not know it. */
function probes(fragments: readonly Fragment[]): string {
  const all = (pick: (fragment: Fragment) => readonly string[] | undefined) =>
    shellLine([...new Set(fragments.flatMap((fragment) => pick(fragment) ?? []))]);
  const ask = (family: string, variable: string, words: string, command: string) =>
    `probe_${family}() { ${variable}="$NL${words === "" ? "" : `$(${command} ${words} 2>/dev/null)`}$NL"; }`;
  const units = all((fragment) => fragment.probes.units);
  return [
    ask(
      "p",
      "PKGS",
      all((fragment) => fragment.probes.packages),
      `dpkg-query -W -f '\${Package} \${db:Status-Status}\\n'`,
    ),
    ask(
      "u",
      "USERS",
      all((fragment) => fragment.probes.users),
      "getent passwd",
    ),
    ask(
      "s",
      "STAT",
      all((fragment) => fragment.probes.paths),
      "stat -c '%f %U %G %n' --",
    ),
    ask(
      "d",
      "SUMS",
      all((fragment) => fragment.probes.digests),
      "sha256sum --",
    ),
    units === "" ? "probe_n() { UNITS=$NL; }" : unitProbe(units),
  ].join("\n");
}

/**
 * `systemctl show` answers in the order of the names, a blank line between them; unknown units answer too. What is enabled
 * it remembers from its last reload, so `is-enabled` is asked, which answers nothing for a unit it does not know.
 */
function unitProbe(units: string): string {
  return `probe_n() {
  UNITS=$NL; set -- ${units}
  states=$(systemctl is-enabled -- "$@" 2>/dev/null)
  lines=$(set -f; set -- $states; echo $#)
  [ "$lines" = $# ] || states=$(for unit in "$@"; do
    state=$(systemctl is-enabled -- "$unit" 2>/dev/null)
    echo "\${state:-none}"
  done)
  while IFS='=' read -r key value; do
    case $key in
    LoadState) load=$value ;;
    ActiveState) active=$value ;;
    '') [ $# = 0 ] || { enabled=\${states%%"$NL"*} states=\${states#*"$NL"}
        case $enabled in not-found) enabled=none ;; esac
        UNITS="$UNITS$1|\${load:-unknown}|$enabled|\${active:-inactive}$NL"; shift; }
      load= active= ;;
    esac
  done <<END
$(systemctl show -p LoadState,ActiveState -- ${units} 2>/dev/null)

END
}`;
}

/** Files that have to be brought first: asked before anything changes, so that the batch is applied whole. */
function stagingCheck(resources: readonly Resource[], place: Place): string {
  const brought = resources.flatMap((resource, index) => (isBrought(resource) ? [{ resource, index }] : []));
  if (brought.length === 0) return "unstage() { :; }";
  const asks = brought.map(
    ({ resource, index }) =>
      `h_${index} || [ -f ${shellQuote(at(place, stagingPath(resource.sha256)))} ] || wanted="$wanted ${index}"`,
  );
  const staged = shellLine(brought.map(({ resource }) => at(place, stagingPath(resource.sha256))));
  const unstage = `unstage() { rm -f -- ${staged}; rmdir "$R/var/lib/slipway/files" "$R/var/lib/slipway" 2>/dev/null; :; }`;
  return [unstage, "wanted=", 'fresh "s d"', ...asks, "bring"].join("\n");
}

function isBrought(resource: Resource): resource is DownloadResource {
  return resource.kind === "download" && resource.localFile !== null;
}

function stepCall(
  resources: readonly Resource[],
  resource: Resource,
  index: number,
  fragment: Fragment | undefined,
  root: string,
): string {
  if (fragment === undefined) return "";
  const { packages, users, paths, digests, units, firewall } = fragment.probes;
  const families = [
    ...(packages ? ["p"] : []),
    ...(users ? ["u"] : []),
    ...(paths ? ["s"] : []),
    ...(digests ? ["d"] : []),
    ...(units ? ["n"] : []),
    ...(firewall ? ["f"] : []),
  ].join(" ");
  const needs = needsOf(resources, index)
    .map((need) => `${need}:${resources[need]?.id ?? ""}`)
    .join("\n");
  const place = { index, root };
  const words = [
    String(index),
    resource.id,
    resource.kind,
    families,
    needs,
    fragment.after,
    fragment.effect,
    pathOf(resource, place),
  ];
  return `${packageGroup(resources, index)}step ${words.map((word) => (word === "" ? "''" : shellQuote(word))).join(" ")}`;
}

/** Neighbouring packages are installed by one apt-get: it takes seconds each time it starts. */
function packageGroup(resources: readonly Resource[], index: number): string {
  const isPackage = (resource: Resource | undefined) => resource?.kind === "package";
  if (!isPackage(resources[index]) || isPackage(resources[index - 1])) return "";
  const group: string[] = [];
  for (const resource of resources.slice(index)) {
    if (resource.kind !== "package") break;
    group.push(resource.name);
  }
  return `packages ${shellQuote(resources[index]?.id ?? "")} ${index} ${shellLine(group)}\n`;
}

function pathOf(resource: Resource, place: Place): string {
  if ("path" in resource) return at(place, resource.path);
  if (resource.kind === "unit") return at(place, unitPath(resource.name));
  return resource.kind === "firewall" ? at(place, FIREWALL.table) : "";
}
