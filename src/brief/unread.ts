import type { Reading } from "./reading.ts";
import type { Brief } from "./schema.ts";

/** Words that hold a sentence together and say nothing a brief holds. */
export const FILLER: ReadonlySet<string> = new Set(
  `a an and are as at be but by can could do does each for from get give got have has having help hi hello i id im ive in into is it its just like ll make me my mine need needs
  new of off on one or our ours out over please plus put should so some that the their them then there these this those to too up us use using want wants wanted we were what when where which while who will with would you your yours
  all also any every only other same both across under below above within without no not than more most least less about around roughly approximately up between through
  budget timeline deadline time total monthly max maximum min minimum per uptime availability sla slo response latency
  ship ships fleet fleets planet planets urbit urbits moon moons comet comets star stars pier piers environment environments server servers machine machines host hosts hosted
  compliance compliant compliances requirement requirements required require level levels security hardening deployment deployments production-ready take bring keep going go work works looking would love id let lets start
  region regions located customers users people standard default if how are they he she ok okay thanks thank`.split(
    /\s+/,
  ),
);

/** Runs of words that no reader used and that could mean something. */
export function unreadWords(reading: Reading): Brief["unread"] {
  const left: { text: string; start: number; end: number }[] = [];
  let open = false;
  reading.tokens.forEach((token, at) => {
    const silent =
      token.kind === "mark" ? !/[$€£¥%]/.test(token.text) : token.kind === "word" && FILLER.has(token.text);
    const last = left.at(-1);
    if (reading.read(at) || (silent && token.kind === "word")) open = false;
    else if (silent) open = open && (token.joined || /[-–]/.test(token.text));
    else if (open && last !== undefined)
      left[left.length - 1] = {
        text: reading.sentence.slice(last.start, token.end),
        start: last.start,
        end: token.end,
      };
    else {
      left.push({ text: reading.sentence.slice(token.start, token.end), start: token.start, end: token.end });
      open = true;
    }
  });
  return left;
}
