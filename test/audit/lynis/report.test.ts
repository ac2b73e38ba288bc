import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LynisRemark, parseLynisReport } from "../../../src/audit/lynis/report.ts";

const RECORDED = readFileSync(new URL("recorded/report.dat", import.meta.url), "utf8");

describe("a report of lynis", () => {
  test("has its index, its warnings and suggestions, and the tests that ran", () => {
    const report = parseLynisReport(RECORDED);
    expect(report).toMatchObject({ version: "3.0.8", index: 61 });
    expect(report?.warnings).toEqual([
      { test: "AUTH-9283", text: "Found accounts without password", details: "", solution: "" },
      {
        test: "SCHD-7704",
        text: "Found one or more cronjob files with incorrect file permissions (see log for details)",
        details: "",
        solution: "",
      },
    ]);
    expect(report?.suggestions.length).toBe(RECORDED.match(/^suggestion\[\]=/gm)?.length);
    expect(report?.suggestions).toContainEqual({
      test: "SSH-7408",
      text: "Consider hardening SSH configuration",
      details: "X11Forwarding (set YES to NO)",
      solution: "",
    });
    expect(report?.executed).toEqual(expect.arrayContaining(["SSH-7408", "AUTH-9283", "KRNL-6000"]));
    expect(report?.executed).not.toContain("");
  });

  test.each([
    ["nothing at all", ""],
    ["a run that was cut off", RECORDED.replace("finish=true\n", "")],
    ["no index", RECORDED.replace(/^hardening_index=.*\n/m, "")],
    ["an index no lynis gives", RECORDED.replace(/^hardening_index=.*$/m, "hardening_index=161")],
    ["another tool's words", "root:x:0:0:root:/root:/bin/bash\n"],
  ])("is none: %s", (_, text) => {
    expect(parseLynisReport(text)).toBeNull();
  });

  const word = fc.stringMatching(/^[ -{}~]{1,40}$/).filter((text) => text !== "-");
  const remark: fc.Arbitrary<LynisRemark> = fc.record({
    test: fc.stringMatching(/^[A-Z]{3,4}-\d{4}$/),
    text: word,
    details: fc.oneof(word, fc.constant("")),
    solution: fc.oneof(word, fc.constant("")),
  });
  const line = ({ test, text, details, solution }: LynisRemark) =>
    `${test}|${text}|${details || "-"}|${solution || "-"}|`;

  test("is read as it was written, whatever the remarks say and in whatever order lines come", () => {
    fc.assert(
      fc.property(
        fc.array(remark),
        fc.array(remark),
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.stringMatching(/^[A-Z]{4}-\d{4}$/)),
        (warnings, suggestions, index, executed) => {
          const lines = [
            "# Lynis Report",
            "lynis_version=3.1.0",
            ...suggestions.map((item) => `suggestion[]=${line(item)}`),
            ...warnings.map((item) => `warning[]=${line(item)}`),
            `hardening_index=${index}`,
            `tests_executed=${executed.map((id) => `${id}|`).join("")}`,
            "finish=true",
          ];
          const expected = { version: "3.1.0", index, warnings, suggestions, executed };
          expect(parseLynisReport(lines.join("\n"))).toEqual(expected);
          expect(parseLynisReport(lines.reverse().join("\n"))).toMatchObject({ index, executed });
        },
      ),
    );
  });

  test("never throws on any text", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void parseLynisReport(text)));
  });
});
