import { sha256 } from "../base/canonical.ts";
import { type Outcome, ok } from "../base/outcome.ts";
import { redact } from "../evidence/raw.ts";
import { type HostCheck, lynisChecks } from "../knowledge/controls.ts";
import type { Answer, Machine, Question, Sighting } from "../machines/machine.ts";
import { type Finding, inLine, refutes } from "./finding.ts";
import { lynisFindings } from "./lynis/findings.ts";
import { LYNIS_QUESTION, type LynisLook, lynisLook } from "./lynis/look.ts";

/** Findings of one host with the outputs they were read from, by digest. */
export interface HostAudit {
  readonly host: string;
  readonly findings: readonly Finding[];
  readonly raw: ReadonlyMap<string, string>;
  /** Null when it was not wished for. */
  readonly lynis: LynisLook | null;
}

export interface AuditOptions {
  /** Runs the host's own lynis as well: that takes a minute or more. */
  readonly lynis?: boolean;
}

/** Asks a host every check in one round trip. Changes nothing on it. */
export async function auditHost(
  machine: Machine,
  checks: readonly HostCheck[],
  { lynis = false }: AuditOptions = {},
): Promise<Outcome<HostAudit>> {
  const asked = await machine.ask([...checks.flatMap(questionsOf), ...(lynis ? [LYNIS_QUESTION] : [])]);
  if (!asked.ok) return asked;
  const raw = new Map<string, string>();
  const findings = checks.map((check): Finding => {
    const answer = asked.value.value[check.id];
    const applies = check.applies === undefined || asked.value.value[`${check.id}?`]?.exit === 0;
    const about = {
      check: check.id,
      title: check.title,
      on: machine.name,
      command: check.command,
      evidence: check.evidence,
    };
    if (answer === undefined || answer.exit === null || answer.exit === 124 || answer.exit === 127)
      return { ...about, status: "unanswered", seen: whyNot(answer), observation: null };
    if (!applies) return { ...about, status: "inapplicable", seen: "does not apply here", observation: null };
    const text = redact(answer.text);
    const digest = sha256(text);
    raw.set(digest, text);
    const against = refutes(check.expect, check.parser, answer.text);
    return {
      ...about,
      status: against === null ? "shown" : "refuted",
      seen: against ?? (inLine(text) || "nothing, as it should be"),
      observation: observed(asked.value.sighting, check, answer, digest, Buffer.byteLength(text), machine.rehearsal),
    };
  });
  if (!lynis) return ok({ host: machine.name, findings, raw, lynis: null });
  const { look, text } = lynisLook(machine.name, asked.value, machine.rehearsal);
  if (look.kind === "report") raw.set(look.observation.rawSha256, text);
  return ok({ host: machine.name, findings: [...findings, ...lynisFindings(look, lynisChecks())], raw, lynis: look });
}

function questionsOf({ id, command, applies }: HostCheck): readonly Question[] {
  return applies === undefined
    ? [{ id, command }]
    : [
        { id: `${id}?`, command: `{ ${applies}; } >/dev/null 2>&1` },
        { id, command },
      ];
}

function observed(
  { at, host }: Sighting,
  { command }: HostCheck,
  { exit }: Answer,
  rawSha256: string,
  rawBytes: number,
  rehearsed: boolean,
) {
  return { at, host, command, exit, rawSha256, rawBytes, rehearsed };
}

function whyNot(answer: Answer | undefined): string {
  if (answer?.exit === 124) return "it took too long";
  return answer?.exit === 127 ? "the tool is not installed" : "not answered";
}
