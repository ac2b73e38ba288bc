import type { Reading } from "./reading.ts";
import type { Brief } from "./schema.ts";

/** Words that hold a sentence together and say nothing a brief holds. */
export const FILLER: ReadonlySet<string> = new Set(
  `a an and am are as at be been being but by can could did do does doing done each for from get getting give got had has have having help hi hello hey i id im ive ill in into is it its just
  like ll make making me my mine need needs new of off on one or our ours out over please plus put should so some somehow such than that thats the theyre their them then there these this those though to too up us
  use using want wants wanted was we were weve well went what whats when where which while who whose will with would you your yours
  all also any anyway every everything everyone only other others same both across under below above within without no not nor more most least less about around roughly approximately up between through during
  budget timeline deadline time total monthly max maximum min minimum per uptime availability sla slo response latency experience priority platform infrastructure provider region
  ship ships fleet fleets planet planets urbit urbits moon moons comet comets star stars galaxy galaxies pier piers identity identities environment environments server servers machine machines host hosts hosted hosting node nodes
  compliance compliant compliances requirement requirements required require level levels security hardening deployment deployments take bring keep going go work works working looking would love lets let start set setup
  regions located location spread customers users people standard default if how he she ok okay fine good thanks thank cheers possible possibly really very quite much now already soon already sure live size
  right kind kindly sort type thing things stuff way ways able available ready case among them along well etc still even rather actually basically maybe perhaps um uh hmm because since after before once until im s must stay enough pay included including expect expecting gets add want x cost costs price quote estimate tell show must u lol onto prefer user member members`.split(
    /\s+/,
  ),
);

/** Runs of words that no reader used and that could mean something. */
export function unreadWords(reading: Reading): Brief["unread"] {
  const left: { text: string; start: number; end: number }[] = [];
  let open = false;
  reading.tokens.forEach((token, at) => {
    const mark = token.kind === "mark";
    const silent = mark ? !/[$€£¥%]/.test(token.text) : isSilent(reading, at);
    const last = left.at(-1);
    if (reading.read(at) || (silent && !mark)) open = false;
    else if (silent) open = open && (token.joined || /[-–]/.test(token.text));
    else if (open && last !== undefined)
      left[left.length - 1] = {
        text: reading.sentence.slice(last.start, token.end),
        start: last.start,
        end: token.end,
      };
    else {
      left.push({ text: reading.slice(at, at + 1), start: token.start, end: token.end });
      open = true;
    }
  });
  return left;
}

/** A filler word, or a label before what was read: "Cloud: Hetzner". */
function isSilent(reading: Reading, at: number): boolean {
  if (reading.tokens[at]?.kind === "word" && FILLER.has(reading.text(at))) return true;
  return /^[:=]$/.test(reading.text(at + 1)) && reading.read(at + 2);
}
