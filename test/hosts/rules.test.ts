import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { installPackages } from "../../lab/hosts/packages.ts";
import {
  alertFile,
  expectationFile,
  proofFile,
  recordingFile,
  sloFile,
} from "../../src/specialists/performance-engineer/monitoring/rules.ts";
import { COURSES, type Course, PRESENT } from "../specialists/monitoring/courses.ts";

/** Every alert by promtool's own unit tests. promtool comes with Debian's `prometheus`: installed here, so root only. */
const folder = mkdtempSync(join(tmpdir(), "slipway-rules-"));
const FILES = {
  "recording.yml": recordingFile(),
  "expected.yml": expectationFile("alder", 2),
  "alerts.yml": alertFile(1),
  "slo.yml": sloFile(99.9, 1),
  "drill.yml": alertFile(10_000),
  "drill-slo.yml": sloFile(99.9, 10_000),
  "proof.yml": proofFile("a0123456789abcd"),
};

beforeAll(() => {
  installPackages(["prometheus"]);
  for (const [name, value] of Object.entries(FILES)) writeFileSync(join(folder, name), stringify(value));
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function promtool(...argv: readonly string[]) {
  return spawnSync("promtool", argv, { cwd: folder, encoding: "utf8", timeout: 120_000 });
}

test("promtool finds nothing wrong with the rules", () => {
  const checked = promtool("check", "rules", ...Object.keys(FILES));
  expect(checked.status, checked.stdout + checked.stderr).toBe(0);
});

/** A course as promtool wants it: does the alert fire at its end, or not? */
function trial({ alert, at, fires, series }: Course) {
  // Days are gone through in longer steps; an alert evaluated before the recording it reads sees that of the last step,
  // for as long as Prometheus looks back: five minutes.
  const interval = at > 1_000 ? "4m" : "1m";
  const present = alert === "TargetMissing" ? {} : PRESENT;
  const expected = fires ? [{ labels: "{}", value: 1 }] : [];
  const expr = `count(ALERTS{alertname="${alert}",alertstate="firing"}) > bool 0`;
  return {
    rule_files: [
      "recording.yml",
      "expected.yml",
      "alerts.yml",
      "slo.yml",
      ...(alert === "SlipwayProof" ? ["proof.yml"] : []),
    ],
    evaluation_interval: interval,
    tests: [
      {
        interval: "1m",
        input_series: Object.entries({ ...present, ...series }).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: [{ expr, eval_time: `${at}m`, exp_samples: expected }],
      },
    ],
  };
}

test.each(
  COURSES.map(
    (course) => [`${course.alert} ${course.fires ? "fires" : "is quiet"} when ${course.when}`, course] as const,
  ),
)(
  "%s",
  (name, course) => {
    const file = `${name.replace(/\W+/g, "-")}.yml`;
    writeFileSync(join(folder, file), stringify(trial(course)));
    const tried = promtool("test", "rules", file);
    expect(tried.status, tried.stdout + tried.stderr).toBe(0);
  },
  120_000,
);
