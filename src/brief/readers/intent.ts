import type { Reading } from "../reading.ts";
import type { Intent } from "../schema.ts";

const MAKES = /^(?:build|building|develop|developing|write|writing|create|creating|make|implement|ship)$/;
const MADE = /^(?:apps?|application|agents?|desks?|feature|features)$/;
const CODE = /^(?:hoon|gall)$/;

/** What is to be done, from its verbs: building an app wins, then the first plain verb, then a symptom, then a weak verb. */
export function readIntent(reading: Reading): Intent {
  if (buildsApp(reading)) return "feature";
  const verb = reading.all("verb")[0];
  const symptom = reading.all("symptom")[0];
  const chosen = verb ?? symptom ?? reading.all("weakVerb")[0];
  return (chosen?.value as Intent | undefined) ?? "deploy";
}

function buildsApp(reading: Reading): boolean {
  for (let at = 0; at < reading.tokens.length; at++) {
    const window = MAKES.test(reading.text(at)) ? 6 : CODE.test(reading.text(at)) ? 3 : 0;
    for (let next = at + 1; next <= at + window; next++) {
      if (!MADE.test(reading.text(next)) || !reading.free(next)) continue;
      reading.find("intent", "feature", next, next + 1);
      reading.use(at, at + 1);
      return true;
    }
  }
  return false;
}
