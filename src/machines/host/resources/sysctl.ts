import { sha256 } from "../../../base/canonical.ts";
import { shellQuote } from "../../../base/quote.ts";
import type { SysctlResource } from "../../resources.ts";
import { at, digestHolds, type Fragment, type Place, saveUndo, statHolds } from "./fragment.ts";

/** A kernel setting, now and after every boot: one drop-in per key, so that each can be undone alone. */
export function compileSysctl(resource: SysctlResource, place: Place): Fragment {
  const value = resource.value.trim().split(/\s+/).join(" ");
  const path = at(place, `/etc/sysctl.d/90-slipway-${resource.key}.conf`);
  const kernel = at(place, `/proc/sys/${resource.key.replaceAll(".", "/")}`);
  const content = `${resource.key} = ${value}\n`;
  const [word, node] = [shellQuote(path), shellQuote(kernel)];
  return {
    probes: { paths: [path], digests: [path] },
    holds: `sysctl_now ${node}\n[ "$now" = ${shellQuote(value)} ] || return 1\n${statHolds("file", path, "0644", "root", "root")}\n${digestHolds(path, sha256(content))}`,
    before: `sysctl_now ${node}\nbefore=$now`,
    after: value,
    define: `c_${place.index}() {\nprintf %s ${shellQuote(content)}\n}`,
    save: `save_path ${word} && save_sysctl ${node} && ${saveUndo(`restore_sysctl ${node}; restore_path ${word}`)}`,
    apply: `parents ${word} && put ${word} root:root 0644 c_${place.index} && sysctl_set ${node} ${shellQuote(value)}`,
    diff: ":",
    effect: "",
  };
}
