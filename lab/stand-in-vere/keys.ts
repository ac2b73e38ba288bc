import { parseKeyfile } from "../../src/urbit/keyfile.ts";

/** The complaint a keyfile earns, CONTENTS standing for the file's text, which the runtime echoes; null for a good one. */
export async function keyProblem(text: string, who: string): Promise<string | null> {
  const parsed = parseKeyfile(text, who);
  if (parsed.ok) return null;
  return parsed.failure.code === "key-of-another-ship"
    ? `dawn: mismatch between -w ${who} and -K`
    : "dawn: invalid private keys: CONTENTS";
}
