import { sha256 } from "../../base/canonical.ts";
import { FIREWALL } from "../host/resources/firewall.ts";
import { limitLines, ruleLine } from "../host/resources/firewall-rule.ts";
import { renderTemplate } from "../host/resources/template.ts";
import { unitPath } from "../host/resources/unit.ts";
import { volumeAfter } from "../host/resources/volume.ts";
import type { LineResource, Resource, UnitResource, UserResource } from "../resources.ts";
import { spellDirectory, spellFile } from "./image.ts";
import type { HostModel, UndoEntry } from "./model.ts";
import { foundLine, posix, withLine } from "./text.ts";
import type { Turn } from "./world.ts";

/** A resource in the twin's terms: which things it wants how. */
export interface Wish {
  readonly pairs: readonly (readonly [key: string, value: string])[];
  /** What the record says of the wished state: literal text, never content. */
  readonly after: string;
  /** Why it cannot be done on this host, null when it can. */
  readonly refusal: string | null;
  readonly line: UndoEntry["line"];
}

/** Reads the host and changes nothing but the store of texts. */
export function wishOf(resource: Resource, turn: Turn): Wish {
  const { things, facts } = turn.host;
  const ufw = facts.firewall === "ufw";
  switch (resource.kind) {
    case "package":
      return wish([[`package ${resource.name}`, "installed"]], "installed", apt(turn));
    case "user":
      return userWish(resource, turn);
    case "directory": {
      const pair = [`path ${resource.path}`, spellDirectory(resource.mode, resource.owner, resource.group)] as const;
      const refusal = isFile(turn, resource.path) ? `${resource.path} is a file` : owners(resource, turn);
      return wish([pair], `${resource.mode} ${resource.owner}:${resource.group}`, refusal);
    }
    case "file":
      return fileWish(resource, turn.keep(resource.content), turn);
    case "template":
      return fileWish(resource, turn.keep(renderTemplate(resource)), turn);
    case "download":
      return fileWish(resource, resource.sha256, turn);
    case "unit":
      return unitWish(resource, turn);
    case "sysctl": {
      const value = resource.value.trim().split(/\s+/).join(" ");
      const path = `/etc/sysctl.d/90-slipway-${resource.key}.conf`;
      const text = turn.keep(`${resource.key} = ${value}\n`);
      return wish([[`sysctl ${resource.key}`, value], ownFile(path, text)], value, null);
    }
    case "firewall":
      if (ufw) return wish([["firewall ufw", "deny"]], DENIED, null);
      return wish(
        [
          ["firewall table", "deny"],
          [`unit ${FIREWALL.unit}`, "enabled active"],
          ownFile(FIREWALL.table, sha256("table")),
          ownFile(FIREWALL.ssh, sha256("ssh")),
          ownFile(FIREWALL.unitFile, sha256("unit")),
        ],
        DENIED,
        nft(things),
      );
    case "firewall-rule": {
      const { line, mark } = ruleLine(resource);
      const after = `${resource.proto} ${resource.port} from ${resource.from ?? "anywhere"}`;
      if (ufw) return wish([[`firewall ufw ${after}`, "allow"]], after, null);
      const name = `${resource.proto}-${resource.port}-${sha256(resource.from ?? "any").slice(0, 8)}`;
      return wish(
        [[`firewall ${name}`, mark], ownFile(`${FIREWALL.rules}/${name}.nft`, turn.keep(line))],
        after,
        nft(things),
      );
    }
    case "firewall-limit": {
      const { lines, mark } = limitLines(resource);
      const path = `${FIREWALL.limits}/tcp-${resource.port}.nft`;
      const after = `tcp ${resource.port}: at most ${resource.perMinute} new connections a minute from one source, ${resource.burst} at once`;
      const refusal = ufw ? "ufw runs this host and counts in its own way" : nft(things);
      return wish([[`firewall limit ${resource.port}`, mark], ownFile(path, turn.keep(lines))], after, refusal);
    }
    case "line":
      return lineWish(resource, turn);
    case "volume": {
      const busy = things[`volume ${resource.path}`] === undefined ? inUse(turn.host) : null;
      const refusal =
        busy !== null ? `${busy} runs: a pier is moved only while its ship is stopped` : absent(turn, resource.path);
      return wish([[`volume ${resource.path}`, "LUKS2"]], volumeAfter(resource), refusal);
    }
  }
}

const DENIED = "inbound denied but for SSH and the rules";

function wish(pairs: Wish["pairs"], after: string, refusal: string | null, line: UndoEntry["line"] = null): Wish {
  return { pairs, after, refusal, line };
}

function ownFile(path: string, digest: string): readonly [string, string] {
  return [`path ${path}`, spellFile("0644", "root", "root", digest)];
}

interface Placed {
  readonly path: string;
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
}

function fileWish(placed: Placed, digest: string, turn: Turn): Wish {
  const { path, mode, owner, group } = placed;
  const refusal = isDirectory(turn, path) ? `${path} is a directory` : owners(placed, turn);
  const after = `${mode} ${owner}:${group} sha256 ${digest.slice(0, 12)}`;
  return wish([[`path ${path}`, spellFile(mode, owner, group, digest)]], after, refusal);
}

function userWish({ name, home, shell }: UserResource, { host: { things } }: Turn): Wish {
  // An existing home stays as it is; a new one is empty, so that undo can tell whether anything was put into it.
  const fresh = things[`path ${home}`] === undefined;
  return wish(
    [
      [`user ${name}`, `${home}:${shell}`],
      [`group ${name}`, things[`group ${name}`] ?? "system"],
      ...(fresh && things[`user ${name}`] !== `${home}:${shell}`
        ? [[`path ${home}`, spellDirectory("0750", name, name)] as const]
        : []),
    ],
    `home ${home}, shell ${shell}`,
    null,
  );
}

function unitWish({ name, content, enabled, active }: UnitResource, turn: Turn): Wish {
  const key = `unit ${name}`;
  const found = turn.host.things[key]?.split(" ")[1] ?? "inactive";
  const running = active === null ? found : active ? "active" : "inactive";
  const words = [enabled ? "enabled" : "disabled", ...(active === null ? [] : [running])];
  const own = content !== "";
  const digest = own ? turn.keep(content) : "";
  return wish(
    [...(own ? [ownFile(unitPath(name), digest)] : []), [key, `${enabled ? "enabled" : "disabled"} ${running}`]],
    `${own ? `sha256 ${digest.slice(0, 12)}; ` : ""}${words.join(", ")}`,
    own || turn.host.things[key] !== undefined || comesWithPackage(name, turn) ? null : `Unit ${name} does not exist`,
  );
}

/** Units a Debian host has before anything is installed. */
const SYSTEM_UNITS: ReadonlySet<string> = new Set(["ssh.service", "apt-daily.timer", "apt-daily-upgrade.timer"]);

/** A package brings the unit that has its name; no package of Debian's that Slipway installs does otherwise. */
function comesWithPackage(unit: string, { host: { things } }: Turn): boolean {
  return SYSTEM_UNITS.has(unit) || things[`package ${unit.replace(/\.(service|timer|socket)$/, "")}`] !== undefined;
}

function lineWish({ path, line, match }: LineResource, turn: Turn): Wish {
  const key = `path ${path}`;
  const found = turn.host.things[key];
  const pattern = match === null ? null : posix(match);
  const text = found === undefined ? "" : turn.content(found.split(" ")[3] ?? "");
  const refusal =
    match !== null && pattern === null
      ? `${match} is no regular expression`
      : text === null
        ? `${path}: the twin knows its digest, not its text`
        : null;
  const known = text ?? "";
  const there = foundLine(known, line, pattern);
  const [, mode = "0644", owner = "root:root"] = found?.split(" ") ?? [];
  const [user = "root", group = "root"] = owner.split(":");
  const digest = there === line ? (found?.split(" ")[3] ?? "") : turn.keep(withLine(known, line, pattern));
  const set = spellFile(mode, user, group, digest);
  return wish([[key, set]], "line present", refusal, { path, line, old: there, set });
}

/** A ship whose pier is open. */
export function inUse({ ships }: HostModel): string | null {
  return Object.entries(ships).find(([, ship]) => ship.active)?.[0] ?? null;
}

function absent(turn: Turn, path: string): string | null {
  return isDirectory(turn, path) ? null : `${path} is no directory`;
}

function isFile(turn: Turn, path: string): boolean {
  return turn.host.things[`path ${path}`]?.startsWith("file ") === true;
}

function isDirectory(turn: Turn, path: string): boolean {
  return turn.host.things[`path ${path}`]?.startsWith("directory ") === true;
}

function owners({ owner, group }: { readonly owner: string; readonly group: string }, { host: { things } }: Turn) {
  if (things[`user ${owner}`] === undefined) return `chown: invalid user: '${owner}:${group}'`;
  return things[`group ${group}`] === undefined ? `chown: invalid group: '${owner}:${group}'` : null;
}

function apt({ host }: Turn): string | null {
  return host.facts.packageManager === "none" ? "no apt-get: packages are installed on Debian and Ubuntu only" : null;
}

function nft(things: Readonly<Record<string, string>>): string | null {
  return things["package nftables"] === undefined
    ? "nft is not installed: the package nftables has to come first"
    : null;
}
