import type { ConvergeRequest, Convergence } from "../machine.ts";
import type { Resource, ResourceRecord } from "../resources.ts";
import { sha256 } from "../../base/canonical.ts";
import type { Turn } from "./world.ts";

/** Sets what differs, remembering what was there the first time a batch touched it. */
export function convergeTwin({ host, mutate }: Turn, { batch, resources, dryRun }: ConvergeRequest): Convergence {
  const records: ResourceRecord[] = [];
  let changed = 0;
  for (const resource of resources) {
    const { key, value } = spell(resource);
    const before = host.things[key] ?? null;
    const same = before === value;
    if (!same && !dryRun) {
      const undo = host.undo[batch] ?? [];
      host.undo[batch] = undo;
      if (!undo.some(([known]) => known === key)) undo.push([key, before]);
      host.things[key] = value;
      mutate("converge", key, value);
    }
    if (!same) changed++;
    const why = same ? "already as wished" : dryRun ? "would be changed" : "was different";
    records.push({ id: resource.id, kind: resource.kind, status: same ? "ok" : "changed", before: before ?? "absent", after: value, why });
  }
  return { records, changed, failed: 0 };
}

export function undoTwin({ host, mutate }: Turn, batch: string): Convergence {
  const undo = host.undo[batch] ?? [];
  const records: ResourceRecord[] = [];
  for (const [key, before] of [...undo].reverse()) {
    const now = host.things[key] ?? "absent";
    if (before === null) delete host.things[key];
    else host.things[key] = before;
    mutate("undo", key, before ?? "absent");
    records.push({ id: key, kind: "file", status: "changed", before: now, after: before ?? "absent", why: "put back" });
  }
  if (undo.length > 0) delete host.undo[batch];
  return { records, changed: records.length, failed: 0 };
}

/** Each kind of resource as one key of the host's state and the value wished for it. */
function spell(resource: Resource): { key: string; value: string } {
  switch (resource.kind) {
    case "package":
      return { key: `package ${resource.name}`, value: "installed" };
    case "user":
      return { key: `user ${resource.name}`, value: `${resource.home} ${resource.shell}` };
    case "directory":
      return { key: `directory ${resource.path}`, value: owned(resource) };
    case "file":
      return { key: `file ${resource.path}`, value: `${owned(resource)} ${sha256(resource.content)}` };
    case "template":
      return { key: `file ${resource.path}`, value: `${owned(resource)} ${sha256(resource.template + JSON.stringify(resource.values))}` };
    case "unit":
      return { key: `unit ${resource.name}`, value: `${sha256(resource.content)} ${resource.enabled} ${resource.active}` };
    case "sysctl":
      return { key: `sysctl ${resource.key}`, value: resource.value };
    case "firewall":
      return { key: "firewall inbound", value: resource.inbound };
    case "firewall-rule":
      return { key: `firewall ${resource.proto} ${resource.port}`, value: resource.from ?? "any" };
    case "line":
      return { key: `line ${resource.path} ${resource.match ?? resource.line}`, value: resource.line };
    case "download":
      return { key: `file ${resource.path}`, value: `${owned(resource)} ${resource.sha256}` };
  }
}

function owned({ owner, group, mode }: { owner: string; group: string; mode: string }): string {
  return `${owner}:${group} ${mode}`;
}
