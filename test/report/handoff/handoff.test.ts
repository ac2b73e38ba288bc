import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import type { Plan } from "../../../src/plan/schema.ts";
import { calendarIcs, folded } from "../../../src/report/handoff/calendar.ts";
import { type HandoffFacts, handoffFacts } from "../../../src/report/handoff/facts.ts";
import { dayAfter, followUpMarkdown, followUps } from "../../../src/report/handoff/follow-up.ts";
import { INCIDENTS, incidentsMarkdown } from "../../../src/report/handoff/incidents.ts";
import { runbookMarkdown, runbookOf } from "../../../src/report/handoff/runbook.ts";
import { exercises, trainingMarkdown } from "../../../src/report/handoff/training.ts";
import { ALERTS } from "../../../src/specialists/performance-engineer/monitoring/rules.ts";
import { planOf, siteOf } from "../../plan/ground.ts";
import { type Rehearsed, rehearse } from "../../run/rehearse.ts";

/** What is handed over after a run, from its evidence; what each command then does is tried on real hosts. */
const HOSTS = siteOf("alder", "birch", "cedar");
const WATCHED = {
  ...siteOf("alder", "birch"),
  monitor: {
    host: { name: "cedar", address: "root@cedar" },
    settings: {
      receivers: [{ kind: "webhook" as const, url: "https://alerts.lab", secretFile: null, readBack: null }],
      retentionDays: 90,
      pace: 1,
    },
  },
};
const SENTENCE = "Deploy 3 fake ships to dev, staging and production on my own servers with standard hardening";

let runs: Rehearsed[] = [];
afterEach(() => {
  for (const run of runs) run.clear();
  runs = [];
});

async function factsOf(plan: Plan, wishes: Parameters<typeof rehearse>[1] = {}): Promise<HandoffFacts> {
  const run = await rehearse(plan, { preapproved: ["plan"], ...wishes });
  runs.push(run);
  return handoffFacts(plan, await run.records(), "/srv/runs/r1");
}

function pagesOf(facts: HandoffFacts): Readonly<Record<string, string>> {
  const runbook = runbookOf(facts);
  return {
    runbook: runbookMarkdown(facts, runbook),
    incidents: incidentsMarkdown(facts, runbook),
    training: trainingMarkdown(facts, runbook),
    followUp: followUpMarkdown(facts),
    calendar: calendarIcs(facts.run, facts.at, followUps(facts)),
  };
}

/** Lines that are typed: indented by four blanks. */
const typed = (page: string) => [...page.matchAll(/^ {4}(\S.*)$/gm)].map(([, line]) => line ?? "");

describe("the pages of a run that is done", () => {
  test("name every ship, host, unit, port and pier that was set up", async () => {
    const facts = await factsOf(planOf(SENTENCE, HOSTS));
    const { runbook = "" } = pagesOf(facts);
    expect(facts.ships).toHaveLength(3);
    for (const { name, host, amesPort, httpPort } of facts.ships)
      for (const word of [
        name,
        host,
        `urbit-${name.slice(1)}.service`,
        `/var/lib/urbit/${name.slice(1)}`,
        `udp ${amesPort}`,
        `tcp ${httpPort}`,
      ])
        expect(runbook).toContain(word);
    for (const { address } of facts.hosts) expect(runbook).toMatch(new RegExp(`Log in: \`ssh '?${address}'?\``));
  });

  test("hold no placeholder", async () => {
    for (const plan of [planOf(SENTENCE, HOSTS), planOf(SENTENCE, WATCHED)])
      for (const [name, page] of Object.entries(pagesOf(await factsOf(plan))))
        expect(page.replaceAll(";VALUE=DATE:", ":"), name).not.toMatch(
          /\b(TODO|TBD|FIXME|XXX|SHIP|HOST|NAME|DIR|FILE|DATE|URL|undefined|NaN)\b|(?<!\/dev\/)\bnull\b|\{\{|<[a-z]|\[object|example\.com/,
        );
  });

  test("type the runbook's own commands and no others", async () => {
    const facts = await factsOf(planOf(SENTENCE, WATCHED));
    const known = new Set(runbookOf(facts).commands.map(({ command }) => command));
    const { runbook = "", incidents = "", training = "" } = pagesOf(facts);
    expect(new Set(typed(runbook))).toEqual(known);
    for (const page of [incidents, training]) {
      expect(typed(page).length).toBeGreaterThan(5);
      for (const line of typed(page)) expect(known).toContain(line);
    }
    for (const { commands } of exercises(facts))
      for (const id of commands) expect(runbookOf(facts).commands.map((command) => command.id)).toContain(id);
  });

  test("open each ship's page on a port of its own", async () => {
    const commands = runbookOf(await factsOf(planOf(SENTENCE, HOSTS))).commands.filter(({ id }) =>
      id.startsWith("open "),
    );
    expect(new Set(commands.map(({ command }) => / -L (\d+):/.exec(command)?.[1])).size).toBe(3);
  });

  test("say what is not set up, and who is told of alerts only where somebody is", async () => {
    const bare = await factsOf(planOf(SENTENCE, HOSTS));
    expect(bare.notSetUp).toEqual(
      expect.arrayContaining([expect.stringMatching(/^backups: /), expect.stringMatching(/^monitoring: nothing/)]),
    );
    expect(pagesOf(bare).incidents).toContain("Told of alerts: nobody");
    const watched = await factsOf(planOf(SENTENCE, WATCHED));
    expect(watched.notSetUp.join("\n")).not.toMatch(/^monitoring: nothing/m);
    expect(watched.monitor?.name).toBe("cedar");
  });

  test("know of no ship once everything was taken back", async () => {
    const run = await rehearse(planOf(SENTENCE, HOSTS), { preapproved: ["plan"] });
    runs.push(run);
    await run.order({ kind: "rollback", by: "ada" });
    const facts = handoffFacts(run.plan, await run.records(), "/srv/runs/r1");
    expect(facts.ships).toEqual([]);
    expect(pagesOf(facts).runbook).toContain("No ship of this run stands.");
    expect(followUps(facts)).toEqual([]);
  });
});

test("every alert that can fire belongs to an incident, and no incident waits for another", () => {
  const told = INCIDENTS.flatMap(({ alerts }) => alerts);
  expect([...told].sort()).toEqual(ALERTS.map(({ alert }) => alert).sort());
});

describe("the calendar", () => {
  test("has the thirty days after the hand-over, as RFC 5545 wants them", async () => {
    const facts = await factsOf(planOf(SENTENCE, HOSTS));
    const ics = calendarIcs(facts.run, facts.at, followUps(facts));
    expect(ics).toBe(calendarIcs(facts.run, facts.at, followUps(facts)));
    const lines = ics.split("\r\n");
    expect(lines.pop()).toBe("");
    for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(ics.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
    const unfolded = ics.replaceAll("\r\n ", "").split("\r\n");
    const count = (start: string) => unfolded.filter((line) => line.startsWith(start)).length;
    for (const part of ["BEGIN:VEVENT", "END:VEVENT", "UID:", "DTSTAMP:", "DTSTART;VALUE=DATE:", "SUMMARY:"])
      expect(count(part), part).toBe(followUps(facts).length);
    expect(new Set(unfolded.filter((line) => line.startsWith("UID:"))).size).toBe(followUps(facts).length);
    expect(unfolded).toContain("RRULE:FREQ=DAILY;INTERVAL=1;COUNT=30");
    expect(unfolded).toContain(`DTSTART;VALUE=DATE:${dayAfter(facts.at, 1).replaceAll("-", "")}`);
    for (const line of unfolded) if (line.startsWith("DTSTAMP")) expect(line).toMatch(/^DTSTAMP:\d{8}T\d{6}Z$/);
  });

  test.each([
    ["2026-11-24T23:59:59.000Z", 1, "2026-11-25"],
    ["2026-12-31T10:00:00.000Z", 1, "2027-01-01"],
    ["2028-02-28T10:00:00.000Z", 1, "2028-02-29"],
    ["2026-11-24T10:00:00.000Z", 30, "2026-12-24"],
  ])("%s and %d day(s) is %s", (at, days, day) => expect(dayAfter(at, days)).toBe(day));

  test("folds any line so that unfolding gives it back", () => {
    const line = fc.string({ unit: "grapheme", maxLength: 400 }).filter((text) => !/[\r\n]/.test(text));
    fc.assert(
      fc.property(line, (text) => {
        const pieces = folded(text).split("\r\n");
        for (const piece of pieces) expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(75);
        for (const piece of pieces.slice(1)) expect(piece.startsWith(" ")).toBe(true);
        expect(folded(text).replaceAll("\r\n ", "")).toBe(text);
      }),
    );
  });
});
