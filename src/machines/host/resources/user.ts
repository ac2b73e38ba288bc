import { shellQuote } from "../../../base/quote.ts";
import type { UserResource } from "../../resources.ts";
import { type Fragment, type Place, saveUndo } from "./fragment.ts";

/**
 * A system user with a group of its own name. An existing user keeps its number; only home and shell are set. A new home
 * is empty (no skeleton), so that undo can tell whether anything was put into it.
 */
export function compileUser(resource: UserResource, _place: Place): Fragment {
  const [name, home, shell] = [resource.name, resource.home, resource.shell].map(shellQuote);
  return {
    probes: { users: [resource.name] },
    holds: `user_now ${name}\ncase $now in *:${home}:${shell}) ;; *) return 1 ;; esac`,
    before: `user_now ${name}\nbefore=\${now:-absent}`,
    after: `home ${resource.home}, shell ${resource.shell}`,
    define: "",
    save: `save_user ${name} ${home} && ${saveUndo(`restore_user ${name} ${home}`)}`,
    apply: `make_user ${name} ${home} ${shell}`,
    diff: ":",
    effect: "",
  };
}
