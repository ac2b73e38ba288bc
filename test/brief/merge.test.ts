import { describe, expect, test } from "vitest";
import type { Sets } from "../../src/brief/answers.ts";
import { fault } from "../../src/brief/judge.ts";
import { type Layer, merge, sentenceLayer, setsLayer } from "../../src/brief/merge.ts";
import { readSentence } from "../../src/brief/read.ts";
import type { Brief } from "../../src/brief/schema.ts";
import type { ORIGINS } from "../../src/brief/words.ts";

function said(sentence: string): Layer {
  const read = readSentence(sentence, { today: "2026-11-24" });
  if (!read.ok) throw new Error(read.failure.what);
  return sentenceLayer(read.value);
}

const because = (brief: Brief, field: string) =>
  brief.assumptions.filter((note) => note.field === field).map((note) => note.because);

describe("a sentence alone", () => {
  test.each([
    "Deploy a 50-ship production fleet on Kubernetes with HIPAA compliance, monitoring, and disaster recovery. Budget $2,000/month, timeline 4 weeks.",
    "Host 3 moons of ~sampel-palnet in Frankfurt for EU customers, no Kubernetes, under €40",
    "Move 5 ships off AWS onto bare metal; they crash",
    "2 dev ships and 5 production ships for $50-500 a month by Friday, and paint them green",
    "I want to run Urbit but I'm not sure how",
  ])("comes through whole: %s", (sentence) => {
    const layer = said(sentence);
    const key = (value: unknown) => JSON.stringify(value);
    const sorted = (brief: Brief) => ({
      ...brief,
      sources: brief.sources.map(key).sort(),
      assumptions: brief.assumptions.map(key).sort(),
    });
    expect(sorted(merge([layer]))).toEqual(sorted(layer.brief));
  });
});

describe("precedence", () => {
  const voices: readonly (typeof ORIGINS)[number][] = ["interpreter", "file", "answer", "flag"];
  const order = ["interpreter", "sentence", "file", "answer", "flag"];

  test.each(
    voices.flatMap((a) =>
      [...voices, "sentence" as const].filter((b) => order.indexOf(a) < order.indexOf(b)).map((b) => [b, a] as const),
    ),
  )("%s stands before %s, in whatever order they come", (strong, weak) => {
    const layer = (from: (typeof ORIGINS)[number], count: number) =>
      from === "sentence" ? said(`${count} ships`) : setsLayer(from, { "ships.count": count });
    for (const layers of [
      [layer(strong, 7), layer(weak, 3)],
      [layer(weak, 3), layer(strong, 7)],
    ])
      expect(merge(layers).ships.count).toBe(7);
  });

  test("each field is decided by the strongest voice that speaks of it", () => {
    const brief = merge([
      said("5 ships on a VPS with monitoring"),
      setsLayer("file", { "ships.count": 12, regions: ["us-west-2"] }),
      setsLayer("flag", { monitoring: false }),
    ]);
    expect(brief).toMatchObject({
      ships: { count: 12 },
      infrastructure: "vps",
      regions: ["us-west-2"],
      monitoring: false,
    });
    expect(brief.sources.map(({ field, from }) => `${field} ${from}`)).toEqual(
      expect.arrayContaining(["ships.count file", "infrastructure sentence", "regions file", "monitoring flag"]),
    );
  });

  test("a value that gave way is named", () => {
    const brief = merge([said("20 ships, HIPAA"), setsLayer("flag", { compliance: ["gdpr"] })]);
    expect(because(brief, "compliance")).toEqual(["the flag stands before the sentence, which said hipaa"]);
  });

  test("what hangs on a field goes with it", () => {
    const ranged = merge([
      said("10 to 20 ships, $50-500 a month, by Friday"),
      setsLayer("flag", { "ships.count": 8, budgetUsdPerMonth: 90, timelineDays: 5 }),
    ]);
    expect(ranged).toMatchObject({
      ships: { count: 8, low: null, high: null },
      budgetUsdPerMonth: 90,
      budgetBand: null,
      timelineDays: 5,
      deadline: null,
    });
    expect(
      merge([said("I'm not sure which platform, 5 ships"), setsLayer("answer", { infrastructure: "vps" })]),
    ).toMatchObject({ infrastructure: "vps", unsure: false });
  });

  test("the interpreter fills only what the sentence left open", () => {
    const brief = merge([
      said("5 ships on a VPS"),
      setsLayer("interpreter", { infrastructure: "kubernetes", users: 40 }),
    ]);
    expect(brief).toMatchObject({ infrastructure: "vps", users: 40 });
  });

  test("an answer about compliance settles what was only hinted at", () => {
    const hinted = said("10 ships for our patients");
    expect(merge([hinted]).hints).toHaveLength(1);
    const settled = merge([hinted, setsLayer("answer", { compliance: [] })]);
    expect(settled).toMatchObject({ hints: [], compliance: [] });
    expect(because(settled, "compliance")).toEqual([]);
  });

  test("names may outnumber a count from elsewhere", () => {
    const brief = merge([said("a ship on a VPS"), setsLayer("flag", { "ships.names": ["~zod", "~bus"] })]);
    expect(brief.ships).toMatchObject({ count: 2, names: ["~zod", "~bus"] });
  });
});

test.each<[string, Sets, string]>([
  ["no ships", { "ships.count": 0 }, "ship-count"],
  ["too many ships", { "ships.count": 30_000 }, "ship-count"],
  ["more than all of the time", { "slo.uptimePercent": 101 }, "uptime"],
  ["no day", { timelineDays: 0 }, "timeline"],
  ["a platform asked for and refused", { infrastructure: "vps", excluded: ["vps"] }, "contradiction"],
])("what no plan can be made of is refused whoever said it: %s", (_, sets, code) => {
  expect(fault(merge([setsLayer("file", sets)]))?.code).toBe(code);
});
