import { shellQuote } from "../../../base/quote.ts";
import type { DirectoryResource } from "../../resources.ts";
import { at, type Fragment, fullMode, type Place, saveUndo, statHolds } from "./fragment.ts";

/** A directory; a symbolic link in its place is left alone and reported. Undo removes it only when it is empty. */
export function compileDirectory(resource: DirectoryResource, place: Place): Fragment {
  const path = at(place, resource.path);
  const word = shellQuote(path);
  return {
    probes: { paths: [path] },
    holds: statHolds("directory", path, resource.mode, resource.owner, resource.group),
    before: `path_now ${word}`,
    after: `${resource.mode} ${resource.owner}:${resource.group}`,
    define: "",
    save: `save_directory ${word} && ${saveUndo(`restore_directory ${word}`)}`,
    apply: `parents ${word} && make_directory ${word} ${shellQuote(`${resource.owner}:${resource.group}`)} ${fullMode(resource.mode)}`,
    diff: ":",
    effect: "",
  };
}
