import { readFile } from "node:fs/promises";
import { z } from "zod";
import { canonicalJson, sha256 } from "../base/canonical.ts";
import { writeFileAtomic } from "../base/files.ts";
import { configuration, critical, type Outcome, ok } from "../base/outcome.ts";
import { type Framework, frameworkCatalogue } from "../knowledge/controls.ts";

/** A person's word for a control, with the document behind it and the day it stops counting. */
export const AttestationSchema = z.object({
  seq: z.number().int(),
  at: z.string(),
  framework: z.enum(["hipaa", "gdpr", "soc2", "iso27001"]),
  control: z.string(),
  by: z.string().min(1),
  /** What the document is, and its digest: the document itself stays where it is. */
  file: z.string(),
  fileSha256: z.string().length(64),
  /** YYYY-MM-DD. */
  expires: z.string(),
  /** For an addressable specification: how it is addressed. */
  manner: z.enum(["implemented", "equivalent", "reasoned"]),
  note: z.string(),
  prev: z.string().length(64),
  hash: z.string().length(64),
});
export type Attestation = z.infer<typeof AttestationSchema>;

const FIRST = "0".repeat(64);

/** Every attestation so far, oldest first; fails when the chain is broken. */
export async function readAttestations(file: string): Promise<Outcome<readonly Attestation[]>> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const found: Attestation[] = [];
  let prev = FIRST;
  for (const [index, line] of text.split("\n").filter(Boolean).entries()) {
    const parsed = AttestationSchema.safeParse(jsonOf(line));
    if (!parsed.success || parsed.data.prev !== prev || hashOf(parsed.data) !== parsed.data.hash) {
      return critical(
        "attestations-broken",
        `${file}: line ${index + 1} does not follow the one before it`,
        "restore the file from a copy; attestations are never edited, only followed by newer ones",
      );
    }
    prev = parsed.data.hash;
    found.push(parsed.data);
  }
  return ok(found);
}

/** Adds one attestation to the chain. */
export async function addAttestation(
  file: string,
  wish: Omit<Attestation, "seq" | "prev" | "hash">,
): Promise<Outcome<Attestation>> {
  const control = frameworkCatalogue(wish.framework).controls.find(({ id }) => id === wish.control);
  if (control === undefined) {
    return configuration(
      "control-unknown",
      `${wish.framework} has no control ${wish.control}`,
      `slipway comply --framework ${wish.framework} --out DIR lists them`,
    );
  }
  if (wish.manner !== "implemented" && control.spec !== "addressable") {
    return configuration(
      "control-required",
      `${wish.control} is ${control.spec}: only an addressable specification can be met by an equivalent or reasoned away`,
      "attest it as implemented, or leave it open",
    );
  }
  const known = await readAttestations(file);
  if (!known.ok) return known;
  const last = known.value.at(-1);
  const open = { ...wish, seq: (last?.seq ?? 0) + 1, prev: last?.hash ?? FIRST };
  const attestation: Attestation = { ...open, hash: hashOf(open) };
  const all = [...known.value, attestation];
  await writeFileAtomic(file, `${all.map((item) => canonicalJson(item)).join("\n")}\n`);
  return ok(attestation);
}

/** The newest attestation of each control that still counts on `today` (YYYY-MM-DD). */
export function inForce(
  all: readonly Attestation[],
  framework: Framework,
  today: string,
): ReadonlyMap<string, Attestation> {
  const newest = new Map<string, Attestation>();
  for (const item of all) if (item.framework === framework) newest.set(item.control, item);
  return new Map([...newest].filter(([, { expires }]) => expires >= today));
}

function hashOf(attestation: Omit<Attestation, "hash"> & { readonly hash?: string }): string {
  const { hash: _, ...rest } = attestation;
  return sha256(canonicalJson(rest));
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
