import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decide } from "../../src/decide/decide.ts";
import { planHtml } from "../../src/plan/render/html.ts";
import { planMarkdown } from "../../src/plan/render/markdown.ts";
import { planText } from "../../src/plan/render/text.ts";
import { minutesText } from "../../src/plan/render/words.ts";
import type { Plan } from "../../src/plan/schema.ts";
import { anyBrief, anySite, briefOf, planBrief, planOf, siteOf, stepsOf } from "./ground.ts";

const FLAGSHIP =
  "Deploy a 50-ship production fleet on Kubernetes with HIPAA compliance, monitoring, and disaster recovery. Budget $2,000/month, timeline 4 weeks.";
const small = planOf("Deploy 2 fake ships to staging and production on my own servers", siteOf("alder"));
const flagship = planOf(FLAGSHIP);

/** The plan with words in it that mean something to a page or a table. */
function hostile(plan: Plan): Plan {
  const nasty = '<script>alert("x")</script> & a | pipe';
  return {
    ...plan,
    regions: [nasty],
    notCovered: [nasty],
    phases: plan.phases.map((phase) => ({
      ...phase,
      name: nasty,
      gate: { id: nasty, shows: nasty, irreversible: true },
      steps: phase.steps.map((step) => ({
        ...step,
        purpose: nasty,
        inputs: [nasty],
        outputs: [nasty],
        checks: [nasty],
        risk: { ...step.risk, what: nasty, answer: nasty },
        action: { ...step.action, ship: nasty },
      })),
    })),
    ships: plan.ships.map((ship) => ({ ...ship, name: nasty, host: nasty })),
  };
}

/** Tags of a page that were opened and never closed, or closed and never opened. */
function unbalanced(html: string): readonly string[] {
  const empty = new Set(["meta", "rect", "line", "path", "br", "i/"]);
  const open: string[] = [];
  for (const [, close, name, self] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*?(\/?)>/g)) {
    if (name === undefined || self === "/" || empty.has(name)) continue;
    if (close === "") open.push(name);
    else if (open.pop() !== name) return [`</${name}>`];
  }
  return open;
}

describe("a plan in the terminal", () => {
  test("says of every step who, what, from what, to what, how it is checked, and what can go wrong", () => {
    const text = planText(small, { width: 1_000 });
    for (const step of stepsOf(small)) {
      for (const said of [
        step.id,
        step.specialist,
        step.purpose,
        step.effect,
        ...step.inputs,
        ...step.checks,
        step.risk.what,
      ]) {
        expect(text).toContain(said);
      }
    }
  });

  test.each([60, 80, 120])("fits %i columns", (width) => {
    for (const plan of [small, flagship]) {
      const long = planText(plan, { width })
        .split("\n")
        .filter((line) => line.length > width);
      // A word longer than its column cannot be broken; no other line may be.
      expect(long.filter((line) => line.trim().split(" ").length > 3)).toEqual([]);
    }
  });

  test("has no colour unless it is given one, and then the same words", () => {
    const coloured = planText(flagship, { width: 80, paint: (_, text) => `\u001b[1m${text}\u001b[0m` });
    expect(planText(flagship, { width: 80 })).not.toContain("\u001b");
    expect(coloured.replaceAll(/\u001b\[\d+m/g, "")).toBe(planText(flagship, { width: 80 }));
  });

  test("sums up the ships of a wave, and says whether it is in time", () => {
    const text = planText(flagship);
    expect(text).toMatch(/25 × deploy-on-kubernetes \(planet-26, planet-27, planet-28 and 22 more\)/);
    expect(text).toMatch(/within the 28 days asked for/);
    expect(text.split("\n").length).toBeLessThan(500);
  });

  test("marks what cannot be undone", () => {
    expect(planText(planOf("Deploy ~sampel-palnet on my own server", siteOf("alder")))).toMatch(
      /◆ cannot be undone first-boot-production: first boot of ~sampel-palnet/,
    );
  });
});

describe("a plan as Markdown", () => {
  test("has a row for every step of a small plan, and every row as many cells as its head", () => {
    const lines = planMarkdown(hostile(small)).split("\n");
    for (const [index, line] of lines.entries()) {
      if (!line.startsWith("|---")) continue;
      const columns = line.split("|").length;
      for (let at = index + 1; lines[at]?.startsWith("|") === true; at++)
        expect(lines[at]?.replaceAll("\\|", "").split("|").length).toBe(columns);
    }
    const text = planMarkdown(small);
    for (const step of stepsOf(small)) expect(text).toContain(`\`${step.id}\``);
  });

  test("brings the decision's reasons and cost lines", () => {
    const decision = decide(briefOf(FLAGSHIP), { hosts: [] });
    const text = planMarkdown(flagship, decision);
    for (const line of decision.cost.lines) expect(text).toContain(line.item);
  });
});

describe("a plan as a page", () => {
  const decision = decide(briefOf(FLAGSHIP), { hosts: [] });
  const page = planHtml(flagship, decision);

  test("is one file: it loads nothing and runs nothing", () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|src=|https?:|\son\w+=/i);
  });

  test("is well formed, and means what it says even where names try to be markup", () => {
    for (const html of [page, planHtml(small), planHtml(hostile(flagship)), planHtml(hostile(small))]) {
      expect(unbalanced(html)).toEqual([]);
      expect(html).not.toContain("<script");
    }
  });

  test("shows phases, kinds and gates in time and as a graph", () => {
    const [, gantt = "", graph = ""] = page.split("<svg");
    for (const phase of flagship.phases) {
      expect(gantt).toContain(phase.name.replace("&", "&amp;"));
      for (const step of phase.steps.filter((item) => item.action.ship === null))
        expect(graph).toContain(step.purpose.slice(0, 30));
    }
    expect(gantt.match(/class="gate/g)).toHaveLength(7);
    expect(gantt).toContain("asked: day 28");
  });

  test("shows a wave of ships as one", () => {
    expect(page).toContain("× 25");
    expect(page.match(/Deploy planet-/g)?.length).toBeLessThan(20);
  });

  test("follows the reader's light or dark, and prints", () => {
    expect(page).toContain("prefers-color-scheme:dark");
    expect(page).toContain("@media print");
  });

  test("can be drawn of any plan", () => {
    fc.assert(
      fc.property(anyBrief, anySite, (brief, site) => {
        const html = planHtml(planBrief(brief, site), decide(brief, { hosts: [] }));
        expect(unbalanced(html)).toEqual([]);
        expect(html).not.toMatch(/NaN|undefined|Infinity|\[object/);
      }),
      { numRuns: 40 },
    );
  });
});

test.each([
  [{ low: 0, high: 1 }, false, "0–1 min"],
  [{ low: 5, high: 30 }, false, "5–30 min"],
  [{ low: 30, high: 120 }, false, "30–120 min"],
  [{ low: 60, high: 240 }, false, "1–4 h"],
  [{ low: 1440, high: 2880 }, false, "1–2 d"],
  [{ low: 10_080, high: 10_080 }, false, "7 d"],
  [{ low: 240, high: 960 }, true, "4–16 h of work"],
  [{ low: 480, high: 960 }, true, "1–2 d of work"],
])("%o minutes read as %s work: %s", (minutes, working, text) => {
  expect(minutesText(minutes, working)).toBe(text);
});
