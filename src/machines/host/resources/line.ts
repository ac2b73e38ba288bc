import { shellQuote } from "../../../base/quote.ts";
import type { LineResource } from "../../resources.ts";
import { at, effectOf, type Fragment, type Place, saveUndo } from "./fragment.ts";

/** One line in somebody else's file. Undo puts the whole file back when nobody touched it since, else only the line. */
export function compileLine(resource: LineResource, place: Place): Fragment {
  const words = [at(place, resource.path), resource.line, resource.match ?? ""].map(shellQuote).join(" ");
  const [path, line] = [at(place, resource.path), resource.line].map(shellQuote);
  const effect = effectOf(resource.path);
  return {
    probes: {},
    holds: `line_holds ${words}`,
    before: `line_now ${words}`,
    after: "line present",
    define: "",
    save: `save_line ${words} && ${saveUndo(`restore_line ${path} ${line}`)}`,
    apply: `parents ${path} && line_set ${words}${effect === "sshd" ? ` && sshd_accepts ${path}` : ""}`,
    diff: ":",
    effect,
  };
}
