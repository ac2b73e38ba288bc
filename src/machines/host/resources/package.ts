import { shellQuote } from "../../../base/quote.ts";
import type { PackageResource } from "../../resources.ts";
import { type Fragment, saveUndo } from "./fragment.ts";

/** A Debian package. Undo purges exactly what this installation added, dependencies included. */
export function compilePackage(resource: PackageResource): Fragment {
  const name = shellQuote(resource.name);
  return {
    probes: { packages: [resource.name] },
    holds: `case $PKGS in *"$NL"${name}" installed$NL"*) ;; *) return 1 ;; esac`,
    before: "before='not installed'",
    after: "installed",
    define: "",
    save: `packages_note 0 && ${saveUndo("restore_packages")}`,
    apply: `apt_install ${name}`,
    diff: ":",
    effect: "",
  };
}
