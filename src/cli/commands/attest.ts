import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type Attestation, addAttestation } from "../../audit/attestations.ts";
import { sha256 } from "../../base/canonical.ts";
import { type Outcome, ok } from "../../base/outcome.ts";
import { frameworksOf } from "../auditing.ts";
import { BY_OPTION, type Command, type Input, JSON_OPTION, usage } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import { approver, homeOf } from "../site.ts";

const MANNERS = ["implemented", "equivalent", "reasoned"] as const;

export const command: Command = {
  name: "attest",
  summary: "put a person's word for a control on record",
  usage: "CONTROL",
  words: [1, 1],
  examples: [
    'slipway attest "164.308(a)(5)(i)" --framework hipaa --by "Ada Lovelace" --file training-2026.pdf --expires 2027-11-01',
    'slipway attest "164.312(a)(2)(iii)" --framework hipaa --manner equivalent --note "screens lock by policy" --file policy.pdf --expires 2027-01-01',
  ],
  options: {
    framework: { type: "string", value: "NAME", multiple: true, about: "hipaa, gdpr, soc2, iso27001" },
    by: BY_OPTION,
    file: { type: "string", value: "FILE", about: "the document behind it; its SHA-256 is kept, not the file" },
    expires: { type: "string", value: "DATE", about: "the day it stops counting (YYYY-MM-DD)" },
    manner: {
      type: "string",
      value: "HOW",
      about: "implemented (default), equivalent or reasoned: for addressable specifications",
    },
    note: { type: "string", value: "TEXT", about: "a line about it" },
    json: JSON_OPTION,
  },
  run: async (input, io) => {
    const json = input.flag("json");
    const at = new Date().toISOString();
    const wish = wishOf(input, at);
    if (!wish.ok) return failWith(io, wish.failure, json, EXIT.usage);
    const bytes = await readFile(resolve(io.cwd, wish.value.file)).catch(() => null);
    if (bytes === null)
      return failWith(io, usage(`${wish.value.file} cannot be read`, "check the path").failure, json, EXIT.usage);
    const added = await addAttestation(homeOf(io).attestations, { ...wish.value, fileSha256: sha256(bytes) });
    if (!added.ok) return failWith(io, added.failure, json, EXIT.usage);
    const { control, by, expires, file, fileSha256 } = added.value;
    const text = `${control} attested by ${by}, until ${expires} (${file}, SHA-256 ${fileSha256.slice(0, 16)})`;
    io.out(json ? `${JSON.stringify(added.value, null, 2)}\n` : `${text}\n`);
    return EXIT.done;
  },
};

type Wish = Omit<Attestation, "seq" | "prev" | "hash" | "fileSha256">;

/** What is to be put on record, or what is missing from it. `at` is now. */
function wishOf(input: Input, at: string): Outcome<Wish> {
  const frameworks = frameworksOf(input);
  if (!frameworks.ok) return frameworks;
  const [framework, second] = frameworks.value;
  if (framework === undefined || second !== undefined) return usage("one framework is meant", "--framework hipaa");
  const by = approver(input);
  if (by === "") return usage("nobody is named", "--by NAME");
  const file = input.text("file");
  if (file === null) return usage("no document is named", "--file FILE");
  const expires = input.text("expires") ?? "";
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(expires) && !Number.isNaN(Date.parse(expires));
  if (!isDate || expires <= at.slice(0, 10))
    return usage("an attestation stops counting one day, after today", "--expires YYYY-MM-DD");
  const asked = input.text("manner") ?? "implemented";
  const manner = MANNERS.find((known) => known === asked);
  if (manner === undefined) return usage(`"${asked}" is no manner`, `--manner ${MANNERS.join("|")}`);
  const control = input.words[0] ?? "";
  return ok({ at, framework, control, by, file, expires, manner, note: input.text("note") ?? "" });
}
