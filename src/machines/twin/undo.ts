import { LAYOUT } from "../../urbit/layout.ts";
import { convergence } from "../host/answer.ts";
import type { Convergence } from "../machine.ts";
import type { ResourceRecord } from "../resources.ts";
import type { HostModel, UndoEntry } from "./model.ts";
import { withoutLine } from "./text.ts";
import { inUse } from "./wishes.ts";
import type { Turn } from "./world.ts";

/**
 * Puts back what a batch changed, newest first, but for its `keep` oldest entries (confirmed earlier). What cannot be
 * put back, because somebody lives in it by now, stays in the journal, so that a later undo tries again.
 */
export function undoTwin(turn: Turn, batch: string, keep = 0): Convergence {
  const undo = turn.undo();
  const entries = undo[batch] ?? [];
  const left: UndoEntry[] = [];
  const records = entries.slice(0, entries.length - keep).map((entry): ResourceRecord => {
    const why = putBack(turn, entry);
    const about = { id: entry.id, kind: entry.kind, before: entry.after };
    if (why === null) {
      turn.mutate("undo", entry.id, `batch ${batch}`);
      return { ...about, status: "changed", after: "as it was before", why: "" };
    }
    left.push(entry);
    return { ...about, status: "failed", after: entry.after, why };
  });
  const stay = [...left, ...entries.slice(entries.length - keep)];
  if (stay.length === 0) delete undo[batch];
  else undo[batch] = stay;
  return convergence(records);
}

/** Null when everything of the entry is as it was. */
function putBack(turn: Turn, entry: UndoEntry): string | null {
  const { things } = turn.host;
  if (entry.line !== null && touched(turn, entry)) return takeOutLine(turn, entry.line);
  const stuck: string[] = [];
  if (entry.kind === "volume" && inUse(turn.host) !== null)
    return `${inUse(turn.host)} runs: a pier is moved only while its ship is stopped`;
  for (const [key, before] of [...entry.was].reverse()) {
    if (before !== null) things[key] = before;
    else if (!isDirectory(things, key) || isEmpty(turn.host, key)) delete things[key];
    else stuck.push(`${key.slice("path ".length)} is left: it holds what Slipway did not put there`);
  }
  for (const path of [...entry.made].reverse()) if (isEmpty(turn.host, `path ${path}`)) delete things[`path ${path}`];
  return stuck.length === 0 ? null : stuck.join("; ");
}

/** Somebody wrote to the file after us: then only our line goes. */
function touched({ host }: Turn, { was, line }: UndoEntry): boolean {
  const now = host.things[was[0]?.[0] ?? ""];
  return line !== null && now !== undefined && now !== line.set;
}

function takeOutLine({ host, keep, content }: Turn, line: NonNullable<UndoEntry["line"]>): null {
  const key = `path ${line.path}`;
  const [type, mode, owner, digest] = (host.things[key] ?? "").split(" ");
  const text = content(digest ?? "");
  if (text !== null) host.things[key] = `${type} ${mode} ${owner} ${keep(withoutLine(text, line.line, line.old))}`;
  return null;
}

function isDirectory(things: Readonly<Record<string, string>>, key: string): boolean {
  return things[key]?.startsWith("directory ") === true;
}

/** A ship's directory lives in the ship, not among the things. */
function isEmpty(host: HostModel, key: string): boolean {
  const path = key.slice("path ".length);
  if (path === LAYOUT.home && Object.values(host.ships).some((ship) => ship.pierId !== "")) return false;
  return !Object.keys(host.things).some((other) => other.startsWith(`${key}/`));
}
