import { convergence } from "../host/answer.ts";
import { needsOf } from "../host/needs.ts";
import type { Convergence, ConvergeRequest } from "../machine.ts";
import type { Resource, ResourceRecord } from "../resources.ts";
import type { FaultKind } from "./faults.ts";
import type { UndoEntry } from "./model.ts";
import { type Wish, wishOf } from "./wishes.ts";
import type { Turn } from "./world.ts";

/**
 * Sets what differs and remembers what was there, resource by resource in the order given. A resource that cannot be
 * set fails alone; those that need it are not tried. The request is valid (`host/validate.ts`).
 */
export function convergeTwin(
  turn: Turn,
  { batch, resources, dryRun }: ConvergeRequest,
  fault: FaultKind | null,
): Convergence {
  const failed = new Set<number>();
  const records = resources.map((resource, index): ResourceRecord => {
    const wish = wishOf(resource, turn);
    const before = told(resource, wish, turn);
    const record = (status: ResourceRecord["status"], after: string, why: string) => {
      if (status === "failed") failed.add(index);
      return { id: resource.id, kind: resource.kind, status, before, after, why };
    };
    if (wish.refusal === null && holds(wish, turn)) return { ...record("ok", wish.after, ""), before: wish.after };
    const blocked = needsOf(resources, index).find((need) => failed.has(need));
    if (blocked !== undefined)
      return record("failed", before, `not tried, because ${resources[blocked]?.id ?? ""} failed`);
    if (dryRun) return record("changed", wish.after, "");
    const refusal = wish.refusal ?? strikes(fault, resource);
    if (refusal !== null) return record("failed", before, refusal);
    apply(turn, batch, resource, wish);
    return record("changed", wish.after, "");
  });
  return convergence(records);
}

function holds(wish: Wish, { host }: Turn): boolean {
  return wish.pairs.every(([key, value]) => host.things[key] === value);
}

function apply(turn: Turn, batch: string, resource: Resource, wish: Wish): void {
  const { things, undo } = turn.host;
  const differs = wish.pairs.filter(([key, value]) => things[key] !== value);
  const made = differs.flatMap(([key]) => (key.startsWith("path ") ? parents(things, key.slice("path ".length)) : []));
  const entry: UndoEntry = {
    id: resource.id,
    kind: resource.kind,
    after: wish.after,
    was: differs.map(([key]) => [key, things[key] ?? null]),
    made,
    line: wish.line,
  };
  for (const [key, value] of differs) things[key] = value;
  const entries = undo[batch] ?? [];
  entries.unshift(entry);
  undo[batch] = entries;
  turn.mutate("converge", resource.id, wish.after);
}

/** Makes the directories above a path, outermost first; answers with those it made. */
function parents(things: Record<string, string>, path: string): readonly string[] {
  const parent = path.slice(0, path.lastIndexOf("/"));
  if (parent === "" || things[`path ${parent}`] !== undefined) return [];
  const above = parents(things, parent);
  things[`path ${parent}`] = "directory 0755 root:root";
  return [...above, parent];
}

/** The state as the record shows it: short, never content. */
function told(resource: Resource, wish: Wish, { host: { things } }: Turn): string {
  if (resource.kind === "line") return wish.line?.old === null || wish.line === null ? "no such line" : "another line";
  const found = things[wish.pairs[0]?.[0] ?? ""];
  if (found === undefined) return resource.kind === "package" ? "not installed" : "absent";
  const [type, mode, owner, digest] = found.split(" ");
  if (type === "directory") return `directory ${mode} ${owner}`;
  return type === "file" && digest !== undefined ? `${mode} ${owner} sha256 ${digest.slice(0, 12)}` : found;
}

/** What a fault does to the resources it concerns. */
function strikes(fault: FaultKind | null, resource: Resource): string | null {
  if (fault === "disk-full" && resource.kind !== "user") return "No space left on device";
  if (fault === "wrong-hash" && resource.kind === "download")
    return `other bytes than promised: SHA-256 ${"0".repeat(64)}`;
  if (fault === "no-systemd" && resource.kind === "unit")
    return "System has not been booted with systemd as init system";
  return null;
}
