import { createReadStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson, sha256 } from "../base/canonical.ts";
import { critical, type Outcome, ok } from "../base/outcome.ts";
import { EMPTY_HEAD, EVIDENCE_FILE, recordHash } from "./chain.ts";
import { RAW_FOLDER } from "./raw.ts";
import { type EvidenceRecord, EvidenceRecordSchema, type Observation } from "./schema.ts";

export interface Verification {
  readonly records: number;
  /** Hash of the last record. */
  readonly head: string;
  /** Outputs the records refer to, each with the digest they name. */
  readonly raw: number;
  /** Outputs no record refers to: left by a step that was repeated. */
  readonly extra: number;
  readonly planHash: string | null;
  /** The run has not ended, or the records of its end were taken away: only a head kept elsewhere can tell. */
  readonly open: boolean;
}

/**
 * Checks a run's evidence offline, link by link; fails at the first that does not hold, and names it. `head` is the
 * hash of a record the chain must hold (its first characters do), kept elsewhere: by the engine, or in a report. Without
 * one, a tail cut off at the end of a line looks like a run that has not come further.
 */
export async function verifyRun(directory: string, head: string | null = null): Promise<Outcome<Verification>> {
  const seen = new Set<string>();
  let prev = EMPTY_HEAD.hash;
  let line = 0;
  let planHash: string | null = null;
  let open = true;
  let met = head === null;
  try {
    for await (const bytes of wholeLines(join(directory, EVIDENCE_FILE))) {
      line++;
      const checked = checkLine(bytes, line, prev);
      if (typeof checked === "string") return broken(`line ${line}: ${checked}`);
      prev = checked.hash;
      met ||= head !== null && prev.startsWith(head);
      const { body } = checked;
      if (body.kind === "run-started") planHash = body.planHash;
      open = body.kind !== "run-ended";
      for (const observation of observationsOf(checked)) {
        const digest = observation.rawSha256;
        if (seen.has(digest)) continue;
        seen.add(digest);
        const wrong = await checkRaw(directory, observation);
        if (wrong !== null) return broken(`line ${line}: ${wrong}`);
      }
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT")
      return critical("evidence-missing", `${directory} holds no evidence`, "give a run, or the directory of one");
    return broken(`line ${line + 1}: ${message}`);
  }
  if (line === 0) return broken("the evidence is empty");
  if (!met) return broken(`no record has the hash ${head?.slice(0, 12)}: what came after line ${line} was cut off`);
  const plan = await checkPlan(directory, planHash);
  if (plan !== null) return broken(plan);
  const extra = await checkExtra(directory, seen);
  if (!extra.ok) return extra;
  return ok({ records: line, head: prev, raw: seen.size, extra: extra.value, planHash, open });
}

/** A line as it must be, or what is wrong with it. */
function checkLine(bytes: Buffer, line: number, prev: string): EvidenceRecord | string {
  const text = bytes.toString("utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "it is not JSON";
  }
  const parsed = EvidenceRecordSchema.safeParse(value);
  if (!parsed.success) return `it is not a record: ${parsed.error.issues[0]?.path.join(".")}`;
  const record = parsed.data;
  // One value has one spelling, so a byte that changes nothing in the value is found too.
  if (!Buffer.from(canonicalJson(value)).equals(bytes)) return "its bytes are not the canonical ones";
  if (record.seq !== line) return `its number is ${record.seq}`;
  if (record.prev !== prev) return "it does not follow the record before it";
  const given = value as EvidenceRecord;
  if (recordHash(given) !== given.hash) return "its hash does not match what it says";
  return given;
}

function observationsOf({ body }: EvidenceRecord): readonly Observation[] {
  if (body.kind === "step-failed") return body.observations;
  if (body.kind !== "step-done" && body.kind !== "step-undone") return [];
  return body.checks.flatMap((check) => (check.observation === null ? [] : [check.observation]));
}

async function checkRaw(directory: string, { rawSha256, rawBytes }: Observation): Promise<string | null> {
  let raw: Buffer;
  try {
    raw = await readFile(join(directory, RAW_FOLDER, rawSha256));
  } catch {
    return `its output ${rawSha256.slice(0, 12)} is missing`;
  }
  if (raw.length !== rawBytes) return `its output ${rawSha256.slice(0, 12)} has ${raw.length} bytes, not ${rawBytes}`;
  return sha256(raw) === rawSha256 ? null : `its output ${rawSha256.slice(0, 12)} was changed`;
}

/** Outputs that no record names carry their digest as their name all the same. */
async function checkExtra(directory: string, seen: ReadonlySet<string>): Promise<Outcome<number>> {
  const folder = join(directory, RAW_FOLDER);
  const files = await readdir(folder).catch(() => []);
  const extra = files.filter((name) => DIGEST.test(name) && !seen.has(name));
  for (const name of extra) {
    if (sha256(await readFile(join(folder, name))) !== name)
      return broken(`the output ${name.slice(0, 12)} was changed`);
  }
  return ok(extra.length);
}

/** What else lies there is the beginning of an output whose writer was killed. */
const DIGEST = /^[0-9a-f]{64}$/;

/** The plan beside the evidence must be the one that was approved, byte for byte as it was written. */
async function checkPlan(directory: string, planHash: string | null): Promise<string | null> {
  let text: string;
  try {
    text = await readFile(join(directory, "plan.json"), "utf8");
  } catch {
    return planHash === null ? null : "plan.json is missing";
  }
  try {
    const { hash, ...body } = JSON.parse(text) as { hash: string };
    if (hash !== planHash || sha256(canonicalJson(body)) !== hash) return "plan.json is not the plan of this run";
    return text === `${JSON.stringify({ hash, ...body })}\n` ? null : "plan.json was changed";
  } catch {
    return "plan.json is not JSON";
  }
}

/** Lines with their end mark taken off; a last line without one is cut off, which is an error here. */
async function* wholeLines(file: string): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const part of createReadStream(file) as AsyncIterable<Buffer>) {
    let data = rest.length === 0 ? part : Buffer.concat([rest, part]);
    for (let at = data.indexOf(10); at >= 0; at = data.indexOf(10)) {
      yield data.subarray(0, at);
      data = data.subarray(at + 1);
    }
    rest = data;
  }
  if (rest.length > 0) throw new Error("it is cut off");
}

function broken(what: string) {
  return critical(
    "evidence-broken",
    `the evidence does not hold: ${what}`,
    "restore the run's directory from a copy; do not rely on its report",
  );
}
