/** What the reader of negations sees of a sentence. */
interface View {
  text(at: number): string;
  use(from: number, to: number): void;
  used(at: number): boolean;
}

export interface Denials {
  /** True when the phrase at `from`..`to` is denied before or after it; the words that deny it are used up. */
  negates(from: number, to: number): boolean;
}

const NEGATIONS = new Set(
  "no not without never dont skip skipping except excluding avoid avoiding non isnt doesnt cannot cant nor neither wont minus sans drop omit hate ditch nothing shouldnt wouldnt arent didnt forget ban hates dislike".split(
    " ",
  ),
);
/** After these a denial word denies something else, or nothing. */
const NO_DENIAL = new Set(
  "more less fewer later longer sooner only just matter problem exceed sure certain idea rush longer".split(" "),
);
/** Words that can stand between a negation and what it denies. */
const SOFT = new Set(
  "any a an the of on in to use using used with for need needing needed want have having be is it its my our me us kind form - run running set up than about that this at all really get getting like go going host hosting hosted deploy deploying care bother via through do anything else even from inside require requiring requires ever put being rely relying touch security".split(
    " ",
  ),
);
const PAIRS: ReadonlySet<string> = new Set([
  "instead of",
  "rather than",
  "but not",
  "other than",
  "apart from",
  "anything but",
  "anywhere but",
  "everywhere but",
  "everything but",
  "stay off",
  "leave out",
  "stay away",
  "keep away",
  "clear of",
  "free of",
  "opposed to",
]);
const REACH = 7;
const UNWANTED = /^(?:unnecessary|disabled|unwanted|excluded|off|out|overkill|forbidden|prohibited|banned)$/;
const NOT_AUX = /^(?:not|isnt|arent|wont|never|dont|doesnt)$/;
const WANTED =
  /^(?:needed|required|necessary|wanted|important|allowed|an|relevant|acceptable|used|permitted|desired|welcome)$/;

/** Reads what a sentence denies: "no X", "X is not needed", and the lists that go with them ("no X, Y or Z", "without X and Y"). */
export function denials(view: View): Denials {
  /** Ends of denied phrases, and the word that denied each. */
  const denied = new Map<number, string>();
  const { text, use } = view;

  function before(from: number): string | null {
    for (let at = from - 1; at >= 0 && at >= from - REACH; at--) {
      const word = text(at);
      if (NEGATIONS.has(word) && !NO_DENIAL.has(text(at + 1))) {
        use(at, from);
        return word;
      }
      if (PAIRS.has(`${text(at - 1)} ${word}`)) {
        use(at - 1, from);
        return "no";
      }
      const carried = carry(at);
      if (carried !== null) return carried;
      if (!SOFT.has(word) || view.used(at)) return null;
    }
    return null;
  }

  /** The denial that a list carries on from the phrase that ends at `at`. */
  function carry(at: number): string | null {
    const word = text(at);
    const direct = denied.get(at);
    if (
      direct !== undefined &&
      (/^(?:or|nor|\/)$/.test(word) || (word === "and" && direct !== "no" && direct !== "after"))
    )
      return direct;
    // "no A, B or C": the comma carries when the list ends in "or".
    if (direct !== undefined && word === "," && direct !== "after" && endsInOr(at + 1)) return direct;
    const comma = /^(?:or|nor)$/.test(word) && text(at - 1) === "," ? denied.get(at - 1) : undefined;
    return comma ?? null;
  }

  function endsInOr(from: number): boolean {
    for (let at = from; at < from + 8; at++) {
      if (/^(?:or|nor)$/.test(text(at))) return true;
      if (/^[.;:]?$/.test(text(at)) || /^(?:and|with|but|on|in|at|for|please)$/.test(text(at))) return false;
    }
    return false;
  }

  /** "monitoring: no", "DR: off", "DR no, …", "Kubernetes-free"; the index after it. */
  function answered(to: number): number | null {
    if (text(to) === "-" && text(to + 1) === "free") return to + 2;
    const label = /^[:=]$/.test(text(to));
    const at = label ? to + 1 : to;
    const closed = /^[,.;)!?\n]?$/.test(text(at + 1)) || label;
    return closed &&
      (label ? /^(?:no|off|none|false|never|nope)$/ : /^no$/).test(text(at)) &&
      !/^(?:more|less|later|fewer|limit)$/.test(text(at + 1))
      ? at + 1
      : null;
  }

  function after(to: number): boolean {
    const end = answered(to);
    if (end !== null) {
      use(to, end);
      return true;
    }
    const at = /^(?:is|are|was|would|will|be)$/.test(text(to)) ? to + 1 : to;
    const one = UNWANTED.test(text(at)) && (at > to || !/^(?:off|out)$/.test(text(at)));
    if (one) {
      use(to, at + 1);
      return true;
    }
    const aux = NOT_AUX.test(text(at));
    const be = aux && text(at + 1) === "be" ? at + 2 : at + 1;
    const two = aux && WANTED.test(text(be)) && (text(be) !== "an" || text(be + 1) === "option");
    if (!two) return false;
    use(to, text(be) === "an" ? be + 2 : be + 1);
    return true;
  }

  return {
    negates: (from, to) => {
      const word = before(from) ?? (after(to) ? "after" : null);
      if (word !== null) denied.set(to, word);
      return word !== null;
    },
  };
}
