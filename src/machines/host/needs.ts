import type { Resource } from "../resources.ts";
import { FIREWALL } from "./resources/firewall.ts";

/** Where a resource lives in the file system, null when nowhere. */
function home(resource: Resource): string | null {
  if ("path" in resource) return resource.path;
  return resource.kind === "user" ? resource.home : null;
}

/**
 * Indexes of the earlier resources that `resources[index]` cannot do without: the owner of a file, the directory it
 * lies in, the package a firewall needs. When one of them failed, this one is not tried.
 */
export function needsOf(resources: readonly Resource[], index: number): readonly number[] {
  const resource = resources[index];
  if (resource === undefined) return [];
  const path = home(resource);
  return resources.slice(0, index).flatMap((earlier, at) => {
    if (earlier.kind === "user" && "owner" in resource)
      return earlier.name === resource.owner || earlier.name === resource.group ? [at] : [];
    if (earlier.kind === "directory" && path !== null) return path.startsWith(`${earlier.path}/`) ? [at] : [];
    if (earlier.kind === "package" && earlier.name === "nftables")
      return resource.kind.startsWith("firewall") ? [at] : [];
    if (earlier.kind === "firewall" && (resource.kind === "firewall-rule" || resource.kind === "firewall-limit"))
      return [at];
    if (earlier.kind === "firewall" && resource.kind === "unit") return resource.name === FIREWALL.unit ? [at] : [];
    return [];
  });
}
