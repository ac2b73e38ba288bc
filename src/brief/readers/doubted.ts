import type { Reading } from "../reading.ts";
import type { Hint } from "../vocabulary/compliance.ts";

/** Words that make a demand doubtful: to be asked about, not taken as fact. */
const DOUBT =
  /^(?:might|may|maybe|possibly|potentially|perhaps|whether|if|someday|eventually|probably|could|do|does|future|unsure)$/;

const SKILL =
  /^(?:know|knows|understand|understands|experienced|familiar|expert|experts|comfortable|skilled|background|experience|learn|learning|certified|fluent|heard)$/;

/** "I don't know Kubernetes", "experts in AWS", "unsure whether GroundSeg is right": spoken of, not asked for. */
export function onlyMentioned(reading: Reading, from: number): boolean {
  const before = reading.text(from - 1);
  if (SKILL.test(before) || (/^(?:with|in|of|about|on|at|much)$/.test(before) && SKILL.test(reading.text(from - 2))))
    return true;
  if (questioned(reading, from)) return true;
  const doubt = [1, 2, 3].some((back) => reading.text(from - back) === "whether");
  return doubt && reading.all("unsure").length > 0;
}

/** "Is Kubernetes overkill?", "Do I need a VPS?", "Should we use GroundSeg?": asked, not asked for. */
function questioned(reading: Reading, from: number): boolean {
  let start = from;
  while (start > 0 && start > from - 8 && !/^[.;!?]$/.test(reading.text(start - 1))) start--;
  const reach = /^(?:should|shall)$/.test(reading.text(start))
    ? 8
    : /^(?:is|are|do|does|would)$/.test(reading.text(start))
      ? 4
      : 0;
  if (from - start > reach || reach === 0 || /^(?:it|you|there)$/.test(reading.text(start + 1))) return false;
  for (let at = from; at < from + 24; at++) {
    if (/^[.;!]?$/.test(reading.text(at))) return false;
    if (reading.text(at) === "?") {
      reading.find("unsure", true, start, start + 1);
      return true;
    }
  }
  return false;
}

/** A framework spoken of in doubt is a hint. */
export function suspect(reading: Reading, framework: Hint["framework"], from: number, to: number): void {
  reading.find(
    "hint",
    { framework, because: `"${reading.slice(from, to)}" was spoken of in doubt` } satisfies Hint,
    from,
    to,
  );
}

/** "might need HIPAA", "not sure if HIPAA applies", "do we need GDPR?" */
export function doubtful(reading: Reading, from: number): boolean {
  for (let at = from - 1; at >= 0 && at >= from - 5; at--) {
    const text = reading.text(at);
    if (/^[.;:,!]$/.test(text)) return false;
    if (DOUBT.test(text))
      return !/^(?:do|does|could)$/.test(text) || /^(?:we|i|it|they|this|that)$/.test(reading.text(at + 1));
  }
  return false;
}
