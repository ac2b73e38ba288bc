import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Finding } from "../../../src/audit/finding.ts";
import { transient } from "../../../src/base/outcome.ts";
import type { Sighting } from "../../../src/machines/machine.ts";
import type { Visit } from "../../../src/machines/web.ts";
import type { Plan } from "../../../src/plan/schema.ts";
import { type Ground, judge } from "../../../src/specialists/performance-engineer/success/judge.ts";
import type { HostLook, Looks } from "../../../src/specialists/performance-engineer/success/look.ts";
import { spreadOf } from "../../../src/specialists/performance-engineer/success/ships.ts";
import { planOf, siteOf } from "../../plan/ground.ts";

/** The seed's success criteria, held against what was seen on a fleet that is put together here. */
const NOW = Date.parse("2026-12-24T10:00:00Z");
const PLAN = planOf("Deploy 2 fake ships to production on my own servers with standard hardening", siteOf("alder"));
const DAYS = 86_400_000;
const ago = (days: number) => new Date(NOW - days * DAYS).toISOString();

const sighting: Sighting = { at: ago(0), host: "alder", command: "look", exit: 0, raw: "seen" };
const answers = (ms: number, count = 60) => Array.from({ length: count }, () => ({ status: 204, ms }));

interface Fleet {
  /** Milliseconds of the dojo's and of the web server's answers; null where none comes. */
  readonly dojo?: number | null;
  readonly web?: number | null;
  readonly via?: "ssh" | "itself" | "twin";
  /** Checks that show the contrary, and those nobody answered. */
  readonly refuted?: readonly string[];
  readonly unanswered?: readonly string[];
  readonly unreachable?: boolean;
  readonly prometheus?: readonly { ship: string; share: number; days: number }[];
  readonly alertmanager?: string;
}

const CHECKS = [
  ...["enc.piers", "enc.swap", "net.default-deny", "net.firewall-boots", "net.ship-web-local", "ssh.no-passwords"],
  ...[
    "audit.auditd",
    "audit.rules-loaded",
    "monitor.agent",
    "monitor.node",
    "backup.recent",
    "disk.room",
    "room.memory",
  ],
];

function looks(fleet: Fleet, plan: Plan = PLAN): Looks {
  const gone = transient("unreachable", "alder does not answer.", "try again");
  if (fleet.unreachable)
    return { hosts: [{ host: "alder", audit: null, failure: gone.failure, ships: [] }], watch: null };
  const finding = (check: string): Finding => {
    const status = fleet.refuted?.includes(check)
      ? "refuted"
      : fleet.unanswered?.includes(check)
        ? "unanswered"
        : "shown";
    const observation = { ...sighting, rawSha256: "aa", rawBytes: 4, rehearsed: false };
    return { check, title: check, on: "alder", status, seen: "0", command: check, observation, evidence: {} };
  };
  const { dojo = 90, web = 12, via = "ssh" } = fleet;
  const host: HostLook = {
    host: "alder",
    failure: null,
    audit: {
      host: "alder",
      findings: [...CHECKS, ...plan.ships.map(({ name }) => `ames.${name}`)].map(finding),
      raw: new Map([["aa", "seen"]]),
      lynis: null,
    },
    ships: plan.ships.map((ship) => ({
      ship,
      hi: dojo === null ? gone : { ok: true, value: { value: { ms: dojo }, sighting } },
      web: web === null ? gone : { ok: true, value: { value: { via, answers: answers(web) }, sighting } },
    })),
  };
  const series = (value: (one: { share: number; days: number }) => number) => ({
    exit: 0,
    text: JSON.stringify({
      status: "success",
      data: {
        result: (fleet.prometheus ?? []).map((one) => ({ metric: { ship: one.ship }, value: [0, `${value(one)}`] })),
      },
    }),
  });
  const watch = {
    sighting,
    answers: {
      share: series(({ share }) => share),
      looks: series(({ days }) => days * 5_760),
      since: series(({ days }) => NOW / 1_000 - days * 86_400),
      delivered: { exit: 0, text: fleet.alertmanager ?? "" },
    },
  };
  return { hosts: [host], watch: fleet.prometheus === undefined ? null : watch };
}

function criterion(id: string, fleet: Fleet = {}, wishes: Partial<Ground> = {}) {
  const plan = wishes.plan ?? PLAN;
  const ground: Ground = {
    plan,
    later: [],
    ships: plan.ships,
    visits: new Map(),
    span: { from: ago(31), to: ago(30) },
    own: [],
    runbook: null,
    now: NOW,
    ...wishes,
  };
  const found = judge(looks(fleet, plan), ground).find((one) => one.id === id);
  if (found === undefined) throw new Error(`no criterion ${id}`);
  return found;
}

const asking = (wish: Partial<Plan>): Partial<Ground> => ({ plan: { ...PLAN, ...wish } });
const [first = "", second = ""] = PLAN.ships.map(({ name }) => name);
const held = (share: number, days: number) => [first, second].map((ship) => ({ ship, share, days }));
const visited = (trusted: boolean, ms = 10): Partial<Ground> => ({
  visits: new Map<string, Visit>([
    [
      first,
      {
        url: "https://zod.example.com",
        tls: {
          trusted,
          why: trusted ? "" : "CERT_HAS_EXPIRED",
          protocol: "TLSv1.3",
          issuer: "A CA",
          validTo: ago(-60),
        },
        failed: null,
        answers: trusted ? answers(ms) : [],
        sighting,
      },
    ],
  ]),
});
const SENT = 'alertmanager_notifications_total{integration="webhook"} 4';
const LOST = 'alertmanager_notifications_failed_total{integration="webhook",reason="other"} 1';

describe("a criterion", () => {
  test.each<[string, string, Fleet, Partial<Ground>, string, RegExp]>([
    ["reachable", "every ship answers", {}, {}, "met", /^2 of 2 answer/],
    ["reachable", "one does not", { web: null }, {}, "not met", /^0 of 2 .*alder does not answer/],
    ["reachable", "the host cannot be asked", { unreachable: true }, {}, "not met", /alder does not answer/],
    ["https", "nobody set an address up", {}, {}, "not measured", /^$/],
    ["https", "the chain is trusted", {}, visited(true), "met", /TLSv1.3, trusted, by A CA/],
    ["https", "it is not", {}, visited(false), "not met", /not trusted: CERT_HAS_EXPIRED/],
    ["ames", "bound and answered", {}, {}, "met", /^2 port\(s\) bound, 2 hi answered/],
    ["ames", "a port that is not bound", { refuted: [`ames.${first}`] }, {}, "not met", /not so/],
    ["ames", "no hi comes back", { dojo: null }, {}, "not met", /alder does not answer/],
    ["dojo", "quick", {}, {}, "met", /^slowest of 2: 90 ms/],
    ["dojo", "slow", { dojo: 3_100 }, {}, "not met", /3100 ms/],
    ["dojo", "silent", { dojo: null }, {}, "not measured", /^$/],
    ["response", "quick, through SSH and said to be so", {}, {}, "met", /forwarded by SSH.*60 answers.*p95 12.0 ms/],
    ["response", "slower than the seed's 50 ms", { web: 51 }, {}, "not met", /p95 51.0 ms/],
    [
      "response",
      "slower than that, but as specified",
      { web: 51 },
      asking({ slo: { uptimePercent: null, responseMs: 80 } }),
      "met",
      /p95/,
    ],
    [
      "response",
      "over the public address where there is one",
      {},
      { ...visited(true, 70) },
      "not met",
      /https:\/\/zod.example.com.*p95 70/,
    ],
    ["response", "asked by the host itself", { via: "itself" }, {}, "not measured", /p95/],
    ["response", "asked of the twin", { via: "twin" }, {}, "not measured", /^$/],
    ["uptime", "nobody watched", {}, {}, "not measured", /^$/],
    ["uptime", "the window is not over", { prometheus: held(1, 12.5) }, {}, "not measured", /day 12 of 30$/],
    ["uptime", "held to its end", { prometheus: held(0.9995, 31) }, {}, "met", /99.950 % .*day 30 of 30$/],
    ["uptime", "missed at its end", { prometheus: held(0.99, 31) }, {}, "not met", /99.000 %/],
    ["uptime", "lost long before its end", { prometheus: held(0.97, 2) }, {}, "not met", /day 2 of 30/],
    [
      "uptime",
      "one ship of two was never watched",
      { prometheus: held(1, 31).slice(0, 1) },
      {},
      "not measured",
      /day 0 of 30/,
    ],
    [
      "uptime",
      "an easier objective",
      { prometheus: held(0.99, 31) },
      asking({ slo: { uptimePercent: 98, responseMs: null } }),
      "met",
      /99.000 %/,
    ],
    [
      "uptime",
      "by our own looks",
      {},
      { own: held(1, 3).map(({ ship }) => ({ ship, share: 1, looks: 4, since: ago(3) })) },
      "not measured",
      /4 looks .*Slipway's own looks; .*day 3 of 30/,
    ],
    ["encryption-at-rest", "not there", { refuted: ["enc.piers"] }, {}, "not met", /alder: not so: enc.piers/],
    ["firewall", "up", {}, {}, "met", /^3 check\(s\) on 1 host\(s\), all so$/],
    ["firewall", "off", { refuted: ["net.default-deny"] }, {}, "not met", /net.default-deny/],
    ["firewall", "half of it unanswered", { unanswered: ["net.default-deny"] }, {}, "not measured", /2 check/],
    ["firewall", "the host cannot be asked", { unreachable: true }, {}, "not measured", /^$/],
    ["backup", "none", { refuted: ["backup.recent"] }, {}, "not met", /backup.recent/],
    ["alert-path", "no host watches", {}, {}, "not measured", /^$/],
    ["alert-path", "delivered", { prometheus: [], alertmanager: SENT }, {}, "met", /^webhook: 4 sent, 0 failed$/],
    ["alert-path", "lost", { prometheus: [], alertmanager: `${SENT}\n${LOST}` }, {}, "not met", /1 failed/],
    ["alert-path", "never tried", { prometheus: [] }, {}, "not measured", /^$/],
    ["runbook", "not written yet", {}, {}, "not measured", /^$/],
    ["runbook", "written", {}, { runbook: { file: "runbook.json", commands: 30 } }, "met", /30 commands/],
    ["training", "nobody's business but people's", {}, {}, "not measured", /^$/],
    ["budget", "kept", {}, asking({ monthlyUsd: 90, budgetUsdPerMonth: 100 }), "met", /^\$90/],
    ["budget", "broken", {}, asking({ monthlyUsd: 110, budgetUsdPerMonth: 100 }), "not met", /^\$110/],
    [
      "budget",
      "of hosts whose cost nobody knows",
      {},
      asking({ monthlyUsd: null, budgetUsdPerMonth: 100 }),
      "not measured",
      /^$/,
    ],
    ["timeline", "kept", {}, asking({ timelineDays: 7 }), "met", /^1.0 day/],
    [
      "timeline",
      "broken",
      {},
      { ...asking({ timelineDays: 7 }), span: { from: ago(31), to: ago(1) } },
      "not met",
      /^30.0 day/,
    ],
  ])("%s: %s", (id, _, fleet, wishes, verdict, measured) => {
    expect(criterion(id, fleet, wishes)).toMatchObject({ verdict, measured: expect.stringMatching(measured) });
  });

  test.each([
    ["reachable", PLAN, true],
    ["firewall", PLAN, true],
    ["response", PLAN, false],
    ["encryption-at-rest", PLAN, false],
    ["backup", PLAN, false],
    ["budget", PLAN, false],
    ["budget", { ...PLAN, budgetUsdPerMonth: 10 }, true],
    ["uptime", { ...PLAN, slo: { uptimePercent: 99.5, responseMs: null } }, true],
    ["audit-log", { ...PLAN, controls: ["audit logging"], notCovered: [] }, true],
    ["audit-log", { ...PLAN, controls: ["audit logging"], notCovered: ["security: audit logging"] }, false],
  ] as const)("%s is promised only by a plan that does", (id, plan, promised) => {
    expect(criterion(id, {}, { plan: plan as Plan }).promised).toBe(promised);
  });

  test("that a later plan promised on the same hosts is promised", () => {
    const later: Plan = { ...PLAN, controls: ["LUKS encryption of the piers' volume"], notCovered: [] };
    expect(criterion("encryption-at-rest", {}, { later: [later] }).promised).toBe(true);
  });

  test("stands on what was seen wherever something was", () => {
    for (const id of ["reachable", "dojo", "response", "firewall", "ames"])
      expect(criterion(id).sighting?.raw, id).toContain("seen");
  });
});

test("a distribution is of answers that were given: ordered, and a busy one is never quick", () => {
  const times = fc.array(
    fc.record({ status: fc.constantFrom(204, 429), ms: fc.double({ min: 0, max: 1e4, noNaN: true }) }),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(times, (given) => {
      const { min, p50, p95, max, busy, count } = spreadOf(given);
      expect([min, p50, p95, max]).toEqual([min, p50, p95, max].toSorted((a, b) => a - b));
      expect(count).toBe(given.length);
      const asGiven = given.map(({ status, ms }) => (status === 429 ? Number.POSITIVE_INFINITY : ms));
      for (const value of [min, p50, p95, max]) expect(asGiven).toContain(value);
      expect(asGiven.filter((ms) => ms <= p95).length).toBeGreaterThanOrEqual(0.95 * count);
      if (busy === count) expect(p50).toBe(Number.POSITIVE_INFINITY);
    }),
  );
});
