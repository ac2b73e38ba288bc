import { parseKeyfile } from "../../src/urbit/keyfile.ts";

/** The complaint a key earns; "bad" when the runtime would repeat the key itself; null for a good one. */
export function keyProblem(text: string, who: string): string | null {
  const parsed = parseKeyfile(text, who);
  if (parsed.ok) return null;
  switch (parsed.failure.code) {
    case "key-wrong-ship":
      return `dawn: mismatch between -w ${who} and -K`;
    case "key-old-form":
      return "boot: incorrect keyfile please use updated format";
    default:
      return "bad";
  }
}
