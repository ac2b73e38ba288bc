import type { LynisCheck } from "../../knowledge/controls.ts";
import type { Finding } from "../finding.ts";
import type { LynisLook } from "./look.ts";

/**
 * What a report says about the checks lynis makes too. They support what Slipway's own checks show, and never stand for a
 * control alone: that lynis warns of nothing is its judgement. A warning refutes; a suggestion is advice and does neither.
 */
export function lynisFindings(look: LynisLook, checks: readonly LynisCheck[]): readonly Finding[] {
  if (look.kind === "none") return [];
  const { host, report, observation } = look;
  return checks.map((check): Finding => {
    const about = {
      check: check.id,
      title: check.title,
      on: host,
      command: observation.command,
      observation,
      evidence: check.evidence,
      supporting: true,
    };
    if (check.tests.length === 0)
      return { ...about, status: "shown", seen: `index ${report.index}, ${report.executed.length} tests` };
    const warned = report.warnings.filter(({ test }) => check.tests.includes(test));
    if (warned.length > 0)
      return { ...about, status: "refuted", seen: warned.map(({ test, text }) => `${test} ${text}`).join("; ") };
    const ran = check.tests.filter((test) => report.executed.includes(test));
    if (ran.length === 0)
      return { ...about, status: "inapplicable", seen: `lynis ran none of ${check.tests.join(", ")}` };
    return { ...about, status: "shown", seen: `${ran.join(", ")}: no warning` };
  });
}
