import { sha256 } from "../../../base/canonical.ts";
import { shellQuote } from "../../../base/quote.ts";
import type { UnitResource } from "../../resources.ts";
import { at, digestHolds, type Fragment, type Place, saveUndo, statHolds } from "./fragment.ts";

/** Where an administrator's units live. */
export const unitPath = (name: string): string => `/etc/systemd/system/${name}`;

/** A unit file and its state. Empty content means the unit of a package: only its state is set. */
export function compileUnit(resource: UnitResource, place: Place): Fragment {
  const own = resource.content !== "";
  const path = at(place, unitPath(resource.name));
  const [name, word] = [shellQuote(resource.name), shellQuote(path)];
  const digest = sha256(resource.content);
  const enabled = resource.enabled ? "yes" : "no";
  const active = resource.active === null ? "any" : resource.active ? "yes" : "no";
  const state = `unit_holds ${name} ${enabled} ${active}`;
  const words = [
    resource.enabled ? "enabled" : "disabled",
    ...(active === "any" ? [] : [active === "yes" ? "active" : "inactive"]),
  ];
  return {
    probes: { units: [resource.name], ...(own ? { paths: [path], digests: [path] } : {}) },
    holds: own ? `${statHolds("file", path, "0644", "root", "root")}\n${digestHolds(path, digest)}\n${state}` : state,
    before: own ? `path_now ${word}\nunit_now ${name}\nbefore="$before; $now"` : `unit_now ${name}\nbefore=$now`,
    after: `${own ? `sha256 ${digest.slice(0, 12)}; ` : ""}${words.join(", ")}`,
    define: own ? `c_${place.index}() {\nprintf %s ${shellQuote(resource.content)}\n}` : "",
    save: `${own ? `save_path ${word} && ` : ""}save_unit ${name} && ${saveUndo(`restore_unit ${name} ${own ? word : "''"}`)}`,
    apply: [
      "fresher=no",
      ...(own
        ? [
            `case $SUMS in *"$NL"${shellQuote(`${digest}  ${path}`)}"$NL"*) ;; *) fresher=yes ;; esac`,
            `parents ${word} && put ${word} root:root 0644 c_${place.index} &&`,
          ]
        : []),
      `unit_set ${name} ${enabled} ${active} "$fresher" ${own ? "yes" : "no"}`,
    ].join("\n"),
    diff: own ? `file_diff ${word} c_${place.index}` : ":",
    effect: own ? "" : "enabled",
  };
}
