import { describe, expect, test } from "vitest";
import type { Brief, Platform } from "../../src/brief/schema.ts";
import { decide } from "../../src/decide/decide.ts";
import type { Decision } from "../../src/decide/schema.ts";
import { briefOf, NOWHERE, read } from "./briefs.ts";

const beginner = { experience: "beginner" } as const;
const guarded = { experience: "expert", priority: "security" } as const;
const own = { selfHosted: true } as const;

/** The seed's "Platform Selection": every IF line at its edges, in its order, and the gaps between the lines. */
const PLATFORM: readonly (readonly [
  line: string,
  ships: number,
  over: Partial<Brief>,
  choice: Platform,
  by: Decision["platform"]["by"],
])[] = [
  ["single ship, beginner", 1, beginner, "vps", "matrix"],
  [
    "single ship, beginner, before any later line",
    1,
    { ...beginner, enterprise: true, autoscaling: true },
    "vps",
    "matrix",
  ],
  ["single ship, expert, maximum security", 1, guarded, "bare-metal", "matrix"],
  ["the same, said as a level", 1, { experience: "expert", hardening: "strict" }, "bare-metal", "matrix"],
  ["5 self-hosted ships", 5, own, "groundseg", "matrix"],
  ["12 self-hosted ships", 12, own, "groundseg", "matrix"],
  ["20 self-hosted ships", 20, own, "groundseg", "matrix"],
  [
    "self-hosted 5 to 20, before enterprise and auto-scaling",
    8,
    { ...own, enterprise: true, autoscaling: true },
    "groundseg",
    "matrix",
  ],
  ["50 ships", 50, {}, "kubernetes", "matrix"],
  ["50 self-hosted ships", 50, own, "kubernetes", "matrix"],
  ["10,000 ships", 10_000, {}, "kubernetes", "matrix"],
  ["enterprise", 6, { enterprise: true }, "kubernetes", "matrix"],
  ["auto-scaling", 3, { autoscaling: true }, "kubernetes", "matrix"],
  ["gap: one ship, nobody said who keeps it", 1, {}, "vps", "score"],
  ["gap: one ship, an expert in no special need", 1, { experience: "expert" }, "vps", "score"],
  ["gap: one ship on a server of one's own", 1, own, "bare-metal", "score"],
  ["single ship, beginner, with a server", 1, { ...beginner, ...own }, "vps", "matrix"],
  ["gap: 2 rented ships", 2, {}, "vps", "score"],
  ["gap: 4 self-hosted ships", 4, own, "bare-metal", "score"],
  ["gap: 5 to 20 rented ships", 12, {}, "vps", "score"],
  ["gap: 21 self-hosted ships", 21, own, "groundseg", "score"],
  ["gap: 49 self-hosted ships", 49, own, "groundseg", "score"],
  ["gap: 21 rented ships", 21, {}, "vps", "score"],
  ["gap: 49 rented ships", 49, {}, "vps", "score"],
  ["gap: two ships, an expert, security first", 2, guarded, "bare-metal", "score"],
  [
    "gap: fake ships on one's own servers",
    12,
    { ...own, ships: { fake: true } as Brief["ships"] },
    "bare-metal",
    "score",
  ],
  ["a platform asked for", 3, { infrastructure: "groundseg" }, "groundseg", "asked"],
  ["a platform asked for, against the matrix", 60, { infrastructure: "vps" }, "vps", "asked"],
  ["the matrix's own choice refused", 60, { excluded: ["kubernetes"] }, "vps", "score"],
  [
    "a refused line gives way to the next that speaks",
    1,
    { ...beginner, excluded: ["vps"], enterprise: true },
    "kubernetes",
    "matrix",
  ],
  ["virtual servers refused", 3, { excluded: ["vps"] }, "bare-metal", "score"],
];

const LEADS: Readonly<Record<Platform, string>> = {
  vps: "vps-deployment-specialist",
  "bare-metal": "urbit-deployment-specialist",
  groundseg: "groundseg-operator",
  kubernetes: "fleet-manager",
};

describe("platform selection", () => {
  test.each(PLATFORM)("%s: %i ship(s)", (_line, ships, over, choice, by) => {
    const { platform } = decide(briefOf(ships, over), NOWHERE);
    expect([platform.choice, platform.by, platform.lead]).toEqual([choice, by, LEADS[choice]]);
  });

  test("unsure, and no line before speaks: the managed-hosting-advisor comes first", () => {
    const { platform } = decide(read("I want to run Urbit but I'm not sure how"), NOWHERE);
    expect([platform.lead, platform.by]).toEqual(["managed-hosting-advisor", "score"]);
    expect(platform.managedHosting.suits).toBe(true);
  });

  test("unsure, and a line before speaks: that line decides", () => {
    const { platform } = decide(briefOf(60, { unsure: true }), NOWHERE);
    expect([platform.lead, platform.by]).toEqual(["fleet-manager", "matrix"]);
  });

  test.each(["troubleshoot", "optimize", "monitor"] as const)("%s is led by the performance-engineer", (intent) => {
    expect(decide(briefOf(3, { intent }), NOWHERE).platform.lead).toBe("performance-engineer");
  });
});

const SECURITY: readonly (readonly [
  line: string,
  over: Partial<Brief>,
  level: string,
  holds: readonly string[],
  not: readonly string[],
])[] = [
  [
    "HIPAA",
    { compliance: ["hipaa"], environments: ["dev"] },
    "strict",
    ["LUKS", "mandatory access", "audit", "validation"],
    [],
  ],
  ["GDPR", { compliance: ["gdpr"], environments: ["dev"] }, "strict", ["LUKS"], []],
  ["SOC2", { compliance: ["soc2"], environments: ["dev"] }, "strict", ["LUKS"], []],
  [
    "ISO 27001, which the seed does not name",
    { compliance: ["iso27001"], environments: ["dev"] },
    "strict",
    ["LUKS"],
    [],
  ],
  [
    "production",
    { environments: ["production"] },
    "standard",
    ["fail2ban", "firewall", "automatic security updates"],
    ["LUKS", "audit"],
  ],
  ["development", { environments: ["dev"] }, "basic", ["firewall", "SSH"], ["fail2ban", "updates", "LUKS"]],
  ["gap: staging, the rehearsal of production", { environments: ["staging"] }, "standard", ["fail2ban"], ["LUKS"]],
  ["gap: development and production", { environments: ["dev", "production"] }, "standard", ["fail2ban"], ["LUKS"]],
  ["asked for in words: raised", { environments: ["dev"], hardening: "strict" }, "strict", ["LUKS"], []],
  ["asked for in words: never lowered", { compliance: ["hipaa"], hardening: "basic" }, "strict", ["LUKS"], []],
];

describe("security level", () => {
  test.each(SECURITY)("%s", (_line, over, level, holds, not) => {
    const { security } = decide(briefOf(3, over), NOWHERE);
    const has = (word: string) => security.controls.some((control) => control.includes(word));
    expect(security.level).toBe(level);
    expect([holds.filter((word) => !has(word)), not.filter(has)]).toEqual([[], []]);
    expect(security.setBy.map(({ control }) => control)).toEqual(security.controls);
  });
});

const MONITORING: readonly (readonly [
  line: string,
  ships: number,
  over: Partial<Brief>,
  level: string,
  components: readonly string[],
])[] = [
  ["enterprise fleet, by size", 50, {}, "full", ["Prometheus", "Grafana", "Loki", "PagerDuty", "SLO monitoring"]],
  [
    "enterprise fleet, called one",
    6,
    { enterprise: true },
    "full",
    ["Prometheus", "Grafana", "Loki", "PagerDuty", "SLO monitoring"],
  ],
  [
    "enterprise before development",
    50,
    { environments: ["dev"] },
    "full",
    ["Prometheus", "Grafana", "Loki", "PagerDuty", "SLO monitoring"],
  ],
  ["production", 3, {}, "standard", ["Prometheus", "Grafana", "basic alerts"]],
  ["development", 3, { environments: ["dev"] }, "none", []],
  ["gap: staging alone", 3, { environments: ["staging"] }, "standard", ["Prometheus", "Grafana", "basic alerts"]],
  [
    "gap: development with monitoring asked for",
    3,
    { environments: ["dev"], monitoring: true },
    "standard",
    ["Prometheus", "Grafana", "basic alerts"],
  ],
  ["a plain no is respected", 60, { monitoring: false }, "none", []],
];

describe("monitoring level", () => {
  test.each(MONITORING)("%s: %s", (_line, ships, over, level, components) => {
    expect(decide(briefOf(ships, over), NOWHERE).monitoring).toEqual({ level, components });
  });
});
