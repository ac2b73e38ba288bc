import { checkedLine, type StepDone } from "./lines.ts";
import type { Section } from "./model.ts";

/** The seed's success criteria as the launch's last step saw them: what was wanted, how it stands, what was measured. */
export function success(done: ReadonlyMap<string, StepDone>): Section {
  const checks = [...done.values()].filter(({ step }) => step.endsWith("check-success")).flatMap((step) => step.checks);
  const lines = checks.map((check) =>
    checkedLine(`${check.check.replace(/^looked at: /, "")}: ${check.detail}`, [check]),
  );
  return { title: "Success Criteria", lines };
}
