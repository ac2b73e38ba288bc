import { type Framework, type FrameworkControl, frameworkCatalogue } from "../knowledge/controls.ts";
import { type Attestation, inForce } from "./attestations.ts";
import type { Finding } from "./finding.ts";

/** Where one control stands. There is no other word: nothing here passes, and nobody is declared anything. */
export interface ControlStanding {
  readonly control: FrameworkControl;
  readonly standing: "evidenced" | "attested" | "open";
  /** Why it is open, or how an addressable specification is met. */
  readonly because: string;
  readonly findings: readonly Finding[];
  readonly attestation: Attestation | null;
}

/**
 * Every control of a framework. Evidenced: at least one check of our own shows it and none refutes it. Attested: a person's word
 * counts today, whether or not a machine could look. Open: all the rest, what was refuted first of all.
 */
export function standings(
  framework: Framework,
  findings: readonly Finding[],
  attestations: readonly Attestation[],
  today: string,
): readonly ControlStanding[] {
  const attested = inForce(attestations, framework, today);
  return frameworkCatalogue(framework).controls.map((control): ControlStanding => {
    const about = findings.filter(({ evidence }) => evidence[framework]?.includes(control.id));
    const attestation = attested.get(control.id) ?? null;
    const refuted = about.filter(({ status }) => status === "refuted");
    const shown = about.filter(({ status, supporting }) => status === "shown" && supporting !== true);
    const supported = about.filter(({ status, supporting }) => status === "shown" && supporting === true);
    const base = { control, findings: about, attestation };
    if (refuted.length > 0) {
      if (attestation !== null && attestation.manner !== "implemented")
        return { ...base, standing: "attested", because: `${attestation.manner}: ${attestation.note}` };
      const named = refuted.slice(0, 3).map(({ title, on }) => `not so on ${on}: ${title}`);
      return { ...base, standing: "open", because: named.join("; ") };
    }
    if (shown.length > 0) {
      const where = new Set(shown.map(({ on }) => on)).size;
      const beside =
        supported.length > 0 ? `, supported by ${[...new Set(supported.map(({ check }) => check))].join(", ")}` : "";
      return { ...base, standing: "evidenced", because: `${shown.length} check(s) on ${where} subject(s)${beside}` };
    }
    if (attestation !== null)
      return {
        ...base,
        standing: "attested",
        because: `${attestation.manner}, by ${attestation.by}, until ${attestation.expires}`,
      };
    return { ...base, standing: "open", because: whyOpen(control, about) };
  });
}

function whyOpen({ nature, spec, id }: FrameworkControl, about: readonly Finding[]): string {
  if (about.some(({ supporting }) => supporting !== true)) return `${about.length} check(s), none of them answered`;
  if (about.length > 0) return "only another tool's judgement supports it";
  const can = spec === "addressable" ? "implemented, met by an equivalent, or its absence reasoned" : "attested";
  return nature === "organisational"
    ? `no machine can show it; it can be ${can}: slipway attest ${id} …`
    : "nothing was looked at that shows it";
}
