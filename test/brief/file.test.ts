import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { FIELDS } from "../../src/brief/fields.ts";
import { commentedFile, layerFromFile } from "../../src/brief/file.ts";
import { merge } from "../../src/brief/merge.ts";
import { readSentence } from "../../src/brief/read.ts";
import type { Brief } from "../../src/brief/schema.ts";

function read(text: string, from: "file" | "answer" = "file"): Brief {
  const layer = layerFromFile(text, "brief.yaml", from, "2026-11-24");
  if (!layer.ok) throw new Error(layer.failure.what);
  return merge([layer.value]);
}

function faults(text: string): string[] {
  const layer = layerFromFile(text, "brief.yaml", "file", "2026-11-24");
  if (layer.ok) throw new Error("it was taken");
  return [layer.failure.what, ...(layer.failure.why ?? "").split("\n").map((line) => line.trim())].filter(
    (line) => line !== "",
  );
}

describe("a brief in YAML", () => {
  test.each([
    [
      "nested",
      "ships:\n  count: 12\n  names: [~zod]\nslo:\n  uptimePercent: 99.9\n",
      { ships: { count: 12, names: ["~zod"] }, slo: { uptimePercent: 99.9 } },
    ],
    ["by path", "ships.count: 12\nslo.responseMs: 50\n", { ships: { count: 12 }, slo: { responseMs: 50 } }],
    [
      "by the sheet's names",
      "ships: a dozen\nplatform: k8s\nown machines: yes\nuptime: 99.9 %\n",
      { ships: { count: 12 }, infrastructure: "kubernetes", selfHosted: true, slo: { uptimePercent: 99.9 } },
    ],
    [
      "values in words",
      "budget: $2k a month\ntimeline: by Friday\nregions: Frankfurt and us-west-2\ncompliance: SOC 2, HIPAA\n",
      {
        budgetUsdPerMonth: 2000,
        timelineDays: 3,
        deadline: "2026-11-27",
        regions: ["eu-frankfurt", "us-west-2"],
        compliance: ["soc2", "hipaa"],
      },
    ],
    ["a band", "budget: $50-500/month\n", { budgetUsdPerMonth: 500, budgetBand: { lowUsd: 50, highUsd: 500 } }],
    [
      "JSON",
      '{"ships": {"count": 3, "fake": true}, "environments": ["dev", "staging"]}',
      { ships: { count: 3, fake: true }, environments: ["dev", "staging"] },
    ],
    ["nothing", "", { ships: { count: null } }],
    ["nulls and empty lists say nothing", "ships:\n  count: null\ncompliance: []\n", { sources: [] }],
  ])("%s", (_, text, brief) => {
    expect(read(text)).toMatchObject(brief);
  });

  test("takes the brief that plan --json printed", () => {
    const said = readSentence(
      "Deploy 2 dev ships and 5 production ships on Hetzner for $50-500 a month, GDPR, 99.9% uptime",
    );
    if (!said.ok) throw new Error(said.failure.what);
    const { assumptions: _, sources: __, ...content } = said.value;
    const { assumptions: ___, sources: ____, ...again } = read(JSON.stringify(said.value));
    expect(again).toEqual(content);
  });
});

describe("faults name their lines", () => {
  test.each([
    ["a field that is none", "ships: 3\nfoo: 1\n", ['brief.yaml:2: a brief has no field "foo"']],
    [
      "a slip of the pen",
      "infrastucture: vps\n",
      ['brief.yaml:1: a brief has no field "infrastucture"; did you mean infrastructure?'],
    ],
    [
      "a value of another kind",
      "ships:\n  count: lots\n",
      ['brief.yaml:2: ships: "lots" is not a whole number of at least 1'],
    ],
    [
      "a platform nobody knows",
      "\n\ninfrastructure: mainframe\n",
      ['brief.yaml:3: infrastructure: "mainframe" is no answer'],
    ],
    ["a name that is none", "ships:\n  names: [~zod, ~foo]\n", ['brief.yaml:2: "~foo" is not a ship\'s name.']],
    ["a part that is none", "cluster:\n  size: 3\n", ['brief.yaml:1: a brief has no part "cluster"']],
    ["no fields at all", "- 1\n- 2\n", ['brief.yaml:1: a brief is a list of "field: value" lines']],
    [
      "several, in order",
      "ships: lots\nfoo: 1\nuptime: high\n",
      ['brief.yaml:1: ships: "lots"', 'brief.yaml:2: a brief has no field "foo"', 'brief.yaml:3: uptime: "high"'],
    ],
    ["broken YAML", "ships: [1\nfoo", ["brief.yaml:2:"]],
    ["the same field twice", "ships: 1\nships: 2\n", ["brief.yaml:2:"]],
  ])("%s", (_, text, expected) => {
    const found = faults(text);
    for (const [index, line] of expected.entries()) expect(found[index]).toContain(line);
  });
});

describe("the file to fill in", () => {
  test("is YAML that says nothing, and with every # taken away says every field", () => {
    expect(parse(commentedFile())).toBeNull();
    const open = commentedFile()
      .replace(/^# (?=[a-z][\w.]*: )/gim, "")
      .split("\n")
      .filter((line) => /^[a-z][\w.]*: /i.test(line));
    const layer = layerFromFile(open.join("\n"), "brief.yaml", "file", null);
    if (!layer.ok) throw new Error(`${layer.failure.what} ${layer.failure.why}`);
    expect([...layer.value.speaks].sort()).toEqual(FIELDS.map(({ path }) => path).sort());
  });
});
