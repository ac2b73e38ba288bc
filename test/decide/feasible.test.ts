import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Brief } from "../../src/brief/schema.ts";
import { isFeasible } from "../../src/decide/conflicts.ts";
import { decide } from "../../src/decide/decide.ts";
import { DEMANDS } from "../../src/decide/relax.ts";
import { briefOf, budgets, counts, demands, NOWHERE, read } from "./briefs.ts";

const sets = (brief: Brief) => decide(brief, NOWHERE).conflicts.map(({ requirements }) => [...requirements].sort());
const slo = (over: Partial<Brief["slo"]>): Partial<Brief> => ({
  slo: { uptimePercent: null, responseMs: null, rpoMinutes: null, rtoMinutes: null, ...over },
});

describe("what cannot be had together, and nothing more", () => {
  test("200 ships for $100 a month with 99.99 % uptime: {count, budget} and, apart from it, {uptime}", () => {
    const decision = decide(read("200 ships for $100 a month with 99.99% uptime"), NOWHERE);
    expect(decision.feasible).toBe(false);
    expect(sets(read("200 ships for $100 a month with 99.99% uptime")).sort()).toEqual([
      ["budget", "count"],
      ["uptime"],
    ]);
    expect(decision.alternatives).toHaveLength(3);
  });

  test.each<readonly [says: string, brief: Brief, conflicts: readonly (readonly string[])[]]>([
    ["one planet on Kubernetes for $20", read("One planet on kubernetes for $20 a month"), [["budget", "platform"]]],
    ["nothing to spend", briefOf(1, { budgetUsdPerMonth: 0 }), [["budget"]]],
    [
      "a cluster in two days",
      briefOf(3, { infrastructure: "kubernetes", timelineDays: 2 }),
      [["platform", "timeline"]],
    ],
    [
      "99.95 % on servers of one's own",
      briefOf(3, { selfHosted: true, ...slo({ uptimePercent: 99.95 }) }),
      [["ownership", "uptime"]],
    ],
    ["99.95 % on rented machines", briefOf(3, slo({ uptimePercent: 99.95 })), []],
    ["100 %", briefOf(1, slo({ uptimePercent: 100 })), [["uptime"]]],
    ["an answer in a millisecond", briefOf(1, slo({ responseMs: 1 })), [["response"]]],
    ["no more than a minute of loss", briefOf(1, slo({ rpoMinutes: 1 })), [["data-loss"]]],
    [
      "back in ten minutes on one's own servers",
      briefOf(3, { selfHosted: true, ...slo({ rtoMinutes: 10 }) }),
      [["recovery-time"]],
    ],
    ["back in ten minutes on a cluster", briefOf(3, { infrastructure: "kubernetes", ...slo({ rtoMinutes: 10 }) }), []],
    [
      "HIPAA at a firm that signs nothing",
      briefOf(3, { compliance: ["hipaa"], provider: "hetzner" }),
      [["compliance", "provider"]],
    ],
    [
      "SOC 2 at a firm without a report",
      briefOf(3, { compliance: ["soc2"], provider: "hetzner" }),
      [["compliance", "provider"]],
    ],
    ["HIPAA at a firm that signs when asked", briefOf(3, { compliance: ["hipaa"], provider: "digitalocean" }), []],
    [
      "HIPAA through StarTram",
      briefOf(8, { compliance: ["hipaa"], selfHosted: true, startram: true }),
      [["compliance", "startram"]],
    ],
    ["HIPAA hosted as a service", briefOf(1, { compliance: ["hipaa"], managed: true }), [["compliance", "managed"]]],
    [
      "auto-scaling on virtual servers",
      briefOf(3, { infrastructure: "vps", autoscaling: true }),
      [["autoscaling", "platform"]],
    ],
    [
      "auto-scaling without a cluster",
      briefOf(3, { excluded: ["kubernetes"], autoscaling: true }),
      [["autoscaling", "exclusions"]],
    ],
    [
      "recovery elsewhere without copies",
      briefOf(3, { disasterRecovery: true, backups: false }),
      [["backups", "recovery"]],
    ],
    [
      "every platform refused",
      briefOf(3, { excluded: ["vps", "bare-metal", "groundseg", "kubernetes"] }),
      [["exclusions"]],
    ],
    [
      "twelve ships on a machine of 8 GiB",
      briefOf(12, { selfHosted: true, machines: { count: 1, ramGiB: 8, diskGb: null, cpus: null } }),
      [["count", "machines", "ownership"]],
    ],
    [
      "twelve ships on a machine of 64 GiB",
      briefOf(12, { selfHosted: true, machines: { count: 1, ramGiB: 64, diskGb: null, cpus: null } }),
      [],
    ],
  ])("%s", (_says, brief, conflicts) => {
    expect(sets(brief).sort()).toEqual(conflicts);
    expect(isFeasible(brief, NOWHERE)).toBe(conflicts.length === 0);
  });

  test("each set is a smallest one: it cannot be had, and leaving any one of it out it can", () => {
    const impossible = fc.record({
      over: demands,
      count: counts,
      budgetUsdPerMonth: fc.option(budgets, { nil: null }),
      timelineDays: fc.option(fc.integer({ min: 1, max: 20 }), { nil: null }),
      uptimePercent: fc.option(fc.constantFrom(99, 99.9, 99.95, 99.99), { nil: null }),
    });
    fc.assert(
      fc.property(impossible, ({ over, count, budgetUsdPerMonth, timelineDays, uptimePercent }) => {
        const brief = briefOf(count, { ...over, budgetUsdPerMonth, timelineDays, ...slo({ uptimePercent }) });
        const { feasible, conflicts } = decide(brief, NOWHERE);
        expect(conflicts.length > 0).toBe(!feasible);
        const only = (names: readonly string[]) =>
          DEMANDS.reduce((rest, demand) => (names.includes(demand.name) ? rest : demand.without(rest)), brief);
        for (const { requirements, because } of conflicts) {
          expect(because).not.toBe("");
          expect(isFeasible(only(requirements), NOWHERE)).toBe(false);
          for (const out of requirements)
            expect(isFeasible(only(requirements.filter((name) => name !== out)), NOWHERE)).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe("what holds whatever is decided", () => {
  const truths = (brief: Brief, about: string) =>
    decide(brief, NOWHERE)
      .truths.filter((truth) => truth.about === about)
      .map(({ says }) => says)
      .join(" · ");

  test("one ship is one process: no replica gives four nines, and upkeep spends the budget of errors", () => {
    const conflict = decide(briefOf(3, { infrastructure: "kubernetes", ...slo({ uptimePercent: 99.99 }) }), NOWHERE)
      .conflicts[0];
    expect(conflict?.because).toMatch(/4\.38 minutes a month.*one process with one writer.*no replica/);
    expect(truths(briefOf(3, slo({ uptimePercent: 99.9 })), "uptime")).toMatch(
      /43\.8 minutes.*upgrade.*pack.*roll and chop/,
    );
  });

  test("auto-scaling adds nodes, not copies of a ship", () => {
    expect(truths(briefOf(60), "autoscaling")).toContain("adds nodes for more ships, never a second copy of one");
  });

  test("fifty planets need fifty keyfiles, and it says how many were named", () => {
    expect(truths(briefOf(50), "keys")).toBe("50 planets need 50 keyfiles of their own; none was named yet");
    expect(decide(briefOf(2), { ...NOWHERE, keys: 1 }).truths.find(({ about }) => about === "keys")?.says).toContain(
      "1 was named yet",
    );
    expect(truths(read("Deploy 3 fake ships to dev"), "keys")).toBe("");
    expect(truths(read("Deploy a comet on a VPS"), "keys")).toBe("");
  });

  test("hosted relays have no HIPAA agreement, and nobody passes HIPAA", () => {
    const says = truths(briefOf(50, { compliance: ["hipaa"] }), "compliance");
    expect(says).toMatch(/nobody passes a framework/);
    expect(says).toMatch(/no HIPAA certification/);
    expect(says).toMatch(/StarTram.*not known to sign/);
  });

  test("an objective over 30 days cannot be met on day 27", () => {
    expect(truths(briefOf(3, { timelineDays: 27, ...slo({ uptimePercent: 99.9 }) }), "uptime")).toMatch(
      /judged 30 days after.*not within 27 days/,
    );
  });

  test("an objective nobody measures can be claimed by nobody", () => {
    expect(truths(briefOf(3, { monitoring: false, ...slo({ uptimePercent: 99 }) }), "uptime")).toContain(
      "nobody measures it",
    );
  });

  test("a budget is held against the price and against its range, whichever way it goes", () => {
    const flagship = (budget: string) =>
      truths(
        read(
          `Deploy a 50-ship production fleet on Kubernetes with HIPAA compliance, monitoring, and disaster recovery. Budget ${budget}/month`,
        ),
        "budget",
      );
    expect(flagship("$2,000")).toMatch(/^feasible as priced: \$1,733 of \$2,000/);
    expect(flagship("$1,700")).toMatch(/^not feasible as priced: \$1,733 of \$1,700/);
    const says = truths(
      read(
        "Deploy a 50-ship production fleet on Kubernetes with HIPAA compliance, monitoring, and disaster recovery. Budget $1,800/month",
      ),
      "budget",
    );
    expect(says).toMatch(
      /^feasible only as priced: \$1,733 of \$1,800 a month; the range goes from \$1,241 to \$1,848$/,
    );
  });

  test("capacity is counted in memory, disk and UDP ports", () => {
    expect(truths(briefOf(50), "capacity")).toMatch(/150 GiB of memory, 1500 GB of disk.*50 UDP ports/);
  });
});
