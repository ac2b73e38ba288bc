import { shellQuote } from "../../../base/quote.ts";
import { at, digestHolds, effectOf, type Fragment, fileMode, type Place, saveUndo, statHolds } from "./fragment.ts";

interface Wish {
  readonly path: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: string;
  readonly sha256: string;
  /** Words for the record. */
  readonly after: string;
  /** Body of a function that prints the content. */
  readonly source: string;
  /** The source prints the content itself, which nobody else can have changed: a diff may show it. */
  readonly literal: boolean;
}

/** A regular file of known digest, owner and mode: what `file`, `template` and `download` come down to. */
export function placedFile(wish: Wish, place: Place): Fragment {
  const path = at(place, wish.path);
  const word = shellQuote(path);
  const owner = shellQuote(`${wish.owner}:${wish.group}`);
  const mode = fileMode(wish.mode);
  const source = `c_${place.index}`;
  const effect = effectOf(wish.path);
  return {
    probes: { paths: [path], digests: [path] },
    holds: `${statHolds("file", path, wish.mode, wish.owner, wish.group)}\n${digestHolds(path, wish.sha256)}`,
    before: `path_now ${word}`,
    after: wish.after,
    define: `${source}() {\n${wish.source}\n}`,
    save: `save_path ${word} && ${saveUndo(`restore_path ${word}`)}`,
    apply: [
      `parents ${word} &&`,
      `case $SUMS in`,
      `*"$NL"${shellQuote(`${wish.sha256}  ${path}`)}"$NL"*) if [ -L ${word} ]; then put ${word} ${owner} ${mode} ${source}; else chown ${owner} ${word} && chmod ${mode} ${word}; fi ;;`,
      `*) put ${word} ${owner} ${mode} ${source}${wish.literal ? "" : ` ${wish.sha256}`} ;;`,
      `esac${effect === "sshd" ? ` && sshd_accepts ${word}` : ""}`,
    ].join("\n"),
    diff: wish.literal ? `file_diff ${word} ${source}` : ":",
    effect,
  };
}
