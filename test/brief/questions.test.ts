import { describe, expect, test } from "vitest";
import { answerIn } from "../../src/brief/answers.ts";
import { assume } from "../../src/brief/assume.ts";
import type { Decide, Verdict } from "../../src/brief/decider.ts";
import { EMPTY } from "../../src/brief/empty.ts";
import { layerFromFile } from "../../src/brief/file.ts";
import { merge, setsLayer } from "../../src/brief/merge.ts";
import {
  choicesOf,
  NOT_SURE,
  openQuestions,
  QUESTIONS,
  type QuestionId,
  withChoice,
} from "../../src/brief/questions.ts";
import { readSentence } from "../../src/brief/read.ts";
import type { Brief } from "../../src/brief/schema.ts";
import { decide as realDecide } from "../../src/decide/decide.ts";

const decide: Decide = (brief) => realDecide(brief, { hosts: [] });

/** A decision in which every answer of the seed's six matters, the platform most. */
const everything: Decide = (brief): Verdict => ({
  platform: {
    choice: brief.infrastructure ?? (brief.enterprise ? "kubernetes" : "vps"),
    lead: brief.unsure ? "advisor" : "specialist",
  },
  security: { level: brief.compliance.length > 0 ? "strict" : "basic" },
  monitoring: { level: brief.experience === "expert" ? "full" : "none" },
  cost: { monthlyUsd: brief.timelineDays === 1 ? 20 : 10, lowUsd: 10, highUsd: 10 },
  feasible: brief.budgetUsdPerMonth === null || brief.budgetUsdPerMonth > 50,
});

function said(sentence: string): Brief {
  const read = readSentence(sentence, { today: "2026-11-24" });
  if (!read.ok) throw new Error(read.failure.what);
  return read.value;
}

const ids = (brief: Brief, by: Decide = everything) => openQuestions(brief, by).map(({ id }) => id);

describe("the questions of the seed", () => {
  test("are all six asked when nothing is known and every answer matters", () => {
    expect([...ids(EMPTY)].sort()).toEqual([...QUESTIONS].sort());
  });

  test("come in the order of how much they change the decision", () => {
    const weights = openQuestions(EMPTY, everything).map(({ weight }) => weight);
    expect(weights).toEqual([...weights].sort((a, b) => b - a));
    expect(ids(EMPTY)[0]).toBe("infrastructure");
  });

  test("are not asked when no answer changes anything", () => {
    const verdict = everything(EMPTY);
    expect(openQuestions(EMPTY, () => verdict)).toEqual([]);
  });

  test.each<[string, QuestionId]>([
    ["12 ships", "goal"],
    ["deploy ~zod", "goal"],
    ["I'm a beginner", "experience"],
    ["on Kubernetes", "infrastructure"],
    ["I'm not sure which platform", "infrastructure"],
    ["on my own servers", "infrastructure"],
    ["HIPAA", "compliance"],
    ["no compliance requirements", "compliance"],
    ["$300 a month", "budget"],
    ["money is no object", "budget"],
    ["in 2 weeks", "timeline"],
    ["no deadline", "timeline"],
  ])("%s answers the question of the %s", (words, id) => {
    expect(ids(said(`Ships, ${words}`))).not.toContain(id);
  });

  test("a hint is a reason to ask, and said", () => {
    const asked = openQuestions(said("10 ships for EU customers"), everything).find(({ id }) => id === "compliance");
    expect(asked?.because).toContain("may fall under GDPR");
  });

  test("each has a default among its choices, a reason, and an answer for who is not sure", () => {
    for (const question of openQuestions(EMPTY, everything)) {
      expect(question.choices.map(({ value }) => value)).toEqual(expect.arrayContaining([question.usual, NOT_SURE]));
      expect(question.because).not.toBe("");
    }
  });

  test("nobody who is in trouble is asked for a budget", () => {
    expect(ids(said("My ships are slow and crashing"))).toEqual([]);
  });
});

describe("with the decision that is really made", () => {
  test("a question is asked exactly when one of its answers decides otherwise", () => {
    for (const sentence of [
      "I want to run Urbit",
      "Deploy 60 ships",
      "one planet, expert, maximum security",
      "12 ships on my own server in the basement",
      "5 ships on a VPS",
    ]) {
      const brief = said(sentence);
      for (const { id, choices, usual } of openQuestions(brief, decide)) {
        const verdicts = choices.map((choice) => JSON.stringify(decide(assume(withChoice(brief, choice)))));
        expect(new Set(verdicts).size, `${sentence}: ${id}`).toBeGreaterThan(1);
        expect(usual).toBeDefined();
      }
    }
  });

  test("who does not know is sent to the advisor", () => {
    const brief = merge([
      setsLayer("answer", {
        ...choicesOf("infrastructure").find(({ value }) => value === NOT_SURE)?.sets,
        "ships.count": 8,
      }),
    ]);
    expect(brief.unsure).toBe(true);
    expect(decide(assume(brief)).platform.lead).toBe("managed-hosting-advisor");
  });
});

describe("answers", () => {
  test.each<[QuestionId, string, object]>([
    ["goal", "single ship", { "ships.count": 1 }],
    ["goal", "small fleet", {}],
    ["goal", "12", { "ships.count": 12 }],
    ["goal", "an enterprise fleet of 80 ships", { "ships.count": 80, enterprise: true }],
    ["experience", "newbie", { experience: "beginner" }],
    ["experience", "not sure", {}],
    ["infrastructure", "containers", { infrastructure: "groundseg" }],
    ["infrastructure", "EKS", { infrastructure: "kubernetes", provider: "aws" }],
    ["infrastructure", "not sure", { unsure: true }],
    ["infrastructure", "my own servers", { selfHosted: true }],
    ["compliance", "HIPAA, SOC 2", { compliance: ["hipaa", "soc2"] }],
    ["compliance", "none", { compliance: [] }],
    ["budget", "50-500", { budgetUsdPerMonth: 500, budgetBand: { lowUsd: 50, highUsd: 500 } }],
    ["budget", "$500+/month", { budgetBand: { lowUsd: 500, highUsd: null } }],
    ["budget", "2k a month", { budgetUsdPerMonth: 2000 }],
    ["timeline", "immediate", { timelineDays: 1 }],
    ["timeline", "1 week", { timelineDays: 7 }],
    ["timeline", "Friday", { timelineDays: 3, deadline: "2026-11-27" }],
    ["timeline", "by the end of the month", { timelineDays: 6 }],
  ])("%s: %s", (id, text, sets) => {
    const answer = answerIn(id, text, "2026-11-24");
    if (id === "goal" && text === "small fleet")
      return expect(answerIn(id, "small", null)).toMatchObject({ ok: true, value: { "ships.count": 8 } });
    expect(answer).toMatchObject({ ok: true, value: sets });
  });

  test.each<[QuestionId, string]>([
    ["goal", "banana"],
    ["experience", "purple"],
    ["compliance", "yes"],
    ["budget", "lots"],
    ["timeline", "whenever the moon is full"],
  ])("%s: %s is no answer", (id, text) => {
    expect(answerIn(id, text, null)).toMatchObject({ ok: false, failure: { code: "answer-unknown" } });
  });

  test("a file of answers stands for somebody at the keyboard", () => {
    const file =
      "goal: enterprise\nexperience: expert\ninfrastructure: not sure\ncompliance: [hipaa, gdpr]\nbudget: 500+\ntimeline: 1 month\n";
    const layer = layerFromFile(file, "answers.yaml", "answer", null);
    if (!layer.ok) throw new Error(layer.failure.what);
    const brief = merge([layer.value]);
    expect(brief).toMatchObject({
      ships: { count: 50 },
      enterprise: true,
      experience: "expert",
      unsure: true,
      compliance: ["hipaa", "gdpr"],
      budgetBand: { lowUsd: 500, highUsd: null },
      timelineDays: 30,
    });
    expect(openQuestions(brief, everything)).toEqual([]);
    expect(brief.sources.every(({ from }) => from === "answer")).toBe(true);
  });
});
