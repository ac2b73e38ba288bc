import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { notBuilt } from "../../src/plan/lint.ts";
import { specialistsOf } from "../../src/plan/render/words.ts";
import type { Plan } from "../../src/plan/schema.ts";
import { anyBrief, anySite, gatesOf, kindsOf, phasesOf, planBrief, planOf, siteOf, stepsOf } from "./ground.ts";

const FLAGSHIP =
  "Deploy a 50-ship production fleet on Kubernetes with HIPAA compliance, monitoring, and disaster recovery. Budget $2,000/month, timeline 4 weeks.";

describe("pattern 1: dev, staging, production", () => {
  const plan = planOf("Deploy 3 fake ships to dev, staging and production on my own servers", siteOf("alder"));

  test("goes through the seed's five phases", () => {
    expect(plan.phases.map(({ name }) => name)).toEqual([
      "Requirements Analysis",
      "Development Environment",
      "Staging Environment",
      "Production Environment",
      "Handoff",
    ]);
    expect(plan.complexity).toBe("medium");
  });

  test("holds only what runs; the rest of the decision is said to be open", () => {
    expect(notBuilt(plan)).toEqual([]);
    expect(plan.notCovered).toEqual(
      expect.arrayContaining(["monitoring: Prometheus", expect.stringMatching(/^recovery: /)]),
    );
  });

  test("asks once for ships that can be taken back, and before each first boot of those that cannot", () => {
    expect(gatesOf(plan)).toEqual(["plan"]);
    const live = planOf("Deploy 3 planets to dev, staging and production on my own servers", siteOf("alder"));
    expect(gatesOf(live)).toEqual(["plan", "first-boot-dev", "first-boot-staging", "first-boot-production"]);
  });

  test("gives production the ship that cannot be in three places, and the others one to try things on", () => {
    const { ships } = planOf("Deploy ~sampel-palnet to dev, staging and production on my own server", siteOf("alder"));
    expect(ships.map(({ environment, fake }) => [environment, fake])).toEqual([
      ["dev", true],
      ["staging", true],
      ["production", false],
    ]);
    expect(ships[2]?.name).toBe("~sampel-palnet");
  });

  test("has a server ordered first where there is none", () => {
    const vps = planOf("I want to deploy my first Urbit planet on a VPS");
    expect(vps.complexity).toBe("simple");
    expect(kindsOf(vps, "infrastructure").slice(0, 2)).toEqual(["create-server", "assess-host"]);
    const order = stepsOf(vps).find((step) => step.action.kind === "create-server");
    expect(order).toMatchObject({ specialist: "vps-deployment-specialist", effect: "compensatable" });
    expect(order?.cost.highUsd).toBeGreaterThan(0);
  });
});

describe("pattern 2: a feature to production", () => {
  const plan = planOf("Build a chat app and take it to production");

  test("goes from Hoon to Nock to staging to production to seven days of validation", () => {
    expect(phasesOf(plan)).toEqual(["design", "development", "optimization", "staging", "production", "validation"]);
    expect(kindsOf(plan, "validation")).toEqual(["watch-seven-days", "validate-performance", "accept-by-users"]);
    const week = stepsOf(plan).find((step) => step.action.kind === "watch-seven-days");
    expect(week?.minutes).toEqual({ low: 7 * 1440, high: 7 * 1440 });
    expect(plan.timeline.dominatedBy[0]?.what).toBe("watch-seven-days");
  });

  test("hands work to the partners by name, with what it gives and what it wants back", () => {
    const handed = stepsOf(plan).filter((step) => step.specialist.includes(":"));
    expect([...new Set(handed.map((step) => step.specialist))]).toEqual([
      "hoon-development:feature-orchestrator",
      "nock-development:optimization-specialist",
    ]);
    expect(handed[0]).toMatchObject({ inputs: ["given: the feature in words"], outputs: ["design"] });
    const install = stepsOf(plan).filter((step) => step.action.kind === "install-desk");
    expect(install.map((step) => [step.action.phase, step.inputs[1]])).toEqual([
      ["staging", "optimized desk"],
      ["production", "optimized desk"],
    ]);
  });

  test("asks for the design, and again before production", () => {
    expect(gatesOf(plan)).toEqual(["plan", "design", "first-boot-production"]);
    expect(gatesOf(planOf("Build a chat app with a fake ship", siteOf("alder")))).toEqual([
      "plan",
      "design",
      "production",
    ]);
  });

  test("tries the desk on a ship that is nobody's", () => {
    expect(plan.ships.map(({ environment, fake }) => [environment, fake])).toEqual([
      ["staging", true],
      ["production", false],
    ]);
  });
});

describe("pattern 3: trouble", () => {
  const plan = planOf("My ships are slow and occasionally crashing", siteOf("alder", "birch"));

  test("goes from symptoms to a cause to a fix to prevention", () => {
    expect(plan.phases.map(({ name }) => name)).toEqual([
      "Initial Triage",
      "Root Cause Analysis",
      "Resolution",
      "Prevention",
    ]);
    expect(stepsOf(plan)[0]?.specialist).toBe("performance-engineer");
  });

  test("looks for the cause in the code, the computing and the machines at once, and settles by evidence", () => {
    const cause = plan.phases[1]?.steps ?? [];
    expect(cause.map((step) => step.specialist)).toEqual([
      "hoon-development:debugging-specialist",
      "nock-development:optimization-specialist",
      "urbit-deployment-specialist",
      "performance-engineer",
    ]);
    const [hoon, nock, machines, settled] = cause;
    expect(settled?.needs).toEqual([hoon?.id, nock?.id, machines?.id]);
    expect(settled?.outputs).toContain("root cause");
    for (const step of [hoon, nock, machines]) expect(step?.purpose).toMatch(/^If .* rule .* out$/);
  });

  test("asks before it changes anything, and watches for a day or two after", () => {
    expect(gatesOf(plan)).toEqual(["plan", "fix"]);
    const reading = plan.phases.slice(0, 2).flatMap((phase) => phase.steps);
    expect(reading.every((step) => step.effect === "reversible")).toBe(true);
    expect(kindsOf(plan, "resolution").at(-1)).toBe("watch-regression");
    expect(plan.complexity).toBe("simple");
  });

  test("the seed's times: 5 to 15 minutes of triage, 15 to 30 to the cause, 30 to 60 to the fix", () => {
    const chain = (phase: string) =>
      plan.phases
        .find(({ id }) => id === phase)
        ?.steps.filter(
          (step) => plan.timeline.criticalPath.includes(step.id) && step.action.kind !== "watch-regression",
        )
        .reduce((sum, step) => sum + step.minutes.high, 0) ?? 0;
    expect(chain("triage")).toBeLessThanOrEqual(15);
    expect(chain("root-cause")).toBeLessThanOrEqual(30);
    expect(chain("resolution")).toBeLessThanOrEqual(60);
  });

  test("collects from the hosts of the ships that are known, from every host where none is, and guesses none", () => {
    const site = {
      ...siteOf("alder", "birch"),
      placed: { "~zod": { host: "birch", amesPort: 34_540, httpPort: 8_080, fake: true } },
    };
    const looked = (from: Plan) =>
      stepsOf(from).flatMap((step) => (step.action.kind === "collect-evidence" ? [step.action.host] : []));
    const known = planOf("My ships are slow and occasionally crashing", site);
    expect(known.ships.map(({ name, host }) => [name, host])).toEqual([["~zod", "birch"]]);
    expect(looked(known)).toEqual(["birch"]);
    expect(looked(plan)).toEqual(["alder", "birch"]);
    const stray = planOf("~sampel-palnet is slow", site);
    expect(stray.ships.map(({ name, host }) => [name, host])).toEqual([["~sampel-palnet", "server-1"]]);
    expect(stray.hosts).toEqual([{ name: "server-1", address: "unassigned" }]);
  });
});

describe("a beginner with one ship", () => {
  const kinds = (sentence: string) => stepsOf(planOf(sentence, siteOf())).map((step) => step.action.kind);

  test("has a virtual server ordered", () => {
    expect(kinds("I am a beginner and want one planet")).toContain("create-server");
  });

  test("on a server of their own has nothing ordered: it is set up like one, once it has a name", () => {
    const plan = planOf("I am a beginner and want one planet on my own server", siteOf());
    expect([plan.platform, plan.hosts]).toEqual(["vps", [{ name: "server-1", address: "unassigned" }]]);
    expect(kinds("I am a beginner and want one planet on my own server")).not.toContain("create-server");
  });
});

describe("pattern 4: a fleet under a framework", () => {
  const plan = planOf(FLAGSHIP);

  test("goes through planning, infrastructure, security, monitoring, waves and handoff", () => {
    expect(plan.phases.map(({ name }) => name)).toEqual([
      "Planning",
      "Architecture",
      "Infrastructure",
      "Security & Compliance",
      "Monitoring",
      "Ship Deployment, 1 %",
      "Ship Deployment, 10 %",
      "Ship Deployment, 25 %",
      "Ship Deployment, 50 %",
      "Ship Deployment, 100 %",
      "Validation",
      "Handoff",
    ]);
    expect(plan.complexity).toBe("complex");
  });

  test("rolls out 1, 5, 13, 25 and 50 of fifty ships, each wave judged before the next", () => {
    const waves = plan.phases.filter(({ id }) => id.startsWith("wave-"));
    const deployed = waves.map(
      (wave) => wave.steps.filter((step) => step.action.kind === "deploy-on-kubernetes").length,
    );
    expect(deployed).toEqual([1, 4, 8, 12, 25]);
    for (const wave of waves) expect(wave.steps.at(-1)?.action.kind).toBe("judge-wave");
  });

  test("is done by the seed's specialists", () => {
    expect(specialistsOf(plan)).toEqual([
      "managed-hosting-advisor",
      "fleet-manager",
      "urbit-deployment-specialist",
      "performance-engineer",
    ]);
    expect(kindsOf(plan, "security")).toEqual([
      "harden-platform",
      "encrypt-volumes",
      "keep-audit-log",
      "control-access",
      "validate-compliance",
    ]);
    expect(kindsOf(plan, "monitoring")).toEqual([
      "set-up-metrics",
      "set-up-logs",
      "set-up-alerts",
      "set-up-slo",
      "prove-alert",
    ]);
    expect(kindsOf(plan, "handoff")).toEqual(["hand-over", "train-operations", "schedule-reviews"]);
  });

  test("asks for the plan, for the architecture with its price, and before every wave of live ships", () => {
    expect(gatesOf(plan)).toEqual(["plan", "design", ...[1, 2, 3, 4, 5].map((wave) => `first-boot-wave-${wave}`)]);
    expect(plan.phases[2]?.gate?.shows).toMatch(/\$[\d,]+ to \$[\d,]+ a month/);
  });

  test("is within its four weeks", () => {
    expect(plan.timeline.verdict).toBe("within");
    expect(plan.days.high).toBeLessThanOrEqual(28);
  });

  test("takes earlier environments for the first waves", () => {
    const staged = planOf("Deploy 60 fake ships to dev, staging and production on Kubernetes with SOC2");
    expect(phasesOf(staged).slice(5, 10)).toEqual(["dev", "staging", "wave-1", "wave-2", "wave-3"]);
  });

  test("on hosts of one's own it is made of steps that run", () => {
    const own = planOf("Deploy 60 fake ships to production on my own servers", siteOf("alder"), {
      infrastructure: "bare-metal",
    });
    expect(notBuilt(own)).toEqual([]);
    expect(phasesOf(own).filter((id) => id.startsWith("wave-"))).toHaveLength(5);
    expect(gatesOf(own)).toEqual(["plan"]);
  });
});

describe("other work", () => {
  const site = {
    ...siteOf("alder", "birch"),
    placed: { "~zod": { host: "alder", amesPort: 34_544, httpPort: 8_084, fake: true } },
  };

  test("a move fences the source before the new place starts, and deletes it last", () => {
    const plan = planOf("Move ~zod to another of my own servers", site);
    expect(plan.intent).toBe("migrate");
    expect(phasesOf(plan)).toEqual([
      "preflight",
      "preparation",
      "transfer",
      "cutover",
      "verification",
      "soak",
      "decommission",
    ]);
    expect(gatesOf(plan)).toEqual(["plan", "downtime", "cutover", "decommission"]);
    expect(plan.ships.map(({ host }) => host)).toEqual(["birch"]);
    const start = stepsOf(plan).find((step) => step.action.kind === "start-destination");
    expect(start).toMatchObject({ effect: "irreversible", needs: ["cutover/fence-source/~zod"] });
  });

  test("a move from the only host there is goes to one yet to be named", () => {
    const plan = planOf("Move ~zod to a VPS", { ...site, hosts: site.hosts.slice(0, 1) });
    expect(plan.hosts).toEqual([{ name: "server-1", address: "to be ordered" }]);
  });

  test("tuning measures first, and asks before epochs are cut off for good", () => {
    const plan = planOf("Optimize my ships", site);
    expect(phasesOf(plan)).toEqual(["baseline", "hosts", "ships", "verification", "upkeep"]);
    expect(plan.phases[2]?.gate).toMatchObject({ id: "maintenance", irreversible: true });
    expect(
      stepsOf(plan)
        .filter((step) => step.effect === "irreversible")
        .map((step) => step.id),
    ).toEqual(["ships/reclaim-disk/~zod"]);
  });

  test("watching ends with an alert that reached somebody", () => {
    const plan = planOf("Set up monitoring for my ships", site);
    expect(phasesOf(plan)).toEqual(["requirements", "exporters", "monitoring", "alerting"]);
    expect(stepsOf(plan).at(-1)?.action.kind).toBe("prove-alert");
  });
});

describe("every plan", () => {
  test("asks before whatever cannot be undone, and says there that it cannot", () => {
    fc.assert(
      fc.property(anyBrief, anySite, (brief, site) => {
        for (const phase of planBrief(brief, site).phases) {
          const final = phase.steps.some((step) => step.effect === "irreversible");
          expect(phase.gate?.irreversible ?? false).toBe(final);
        }
      }),
      { numRuns: 100 },
    );
  });

  test("to deploy on hosts holds what this version runs, apart from a server to be ordered", () => {
    fc.assert(
      fc.property(anyBrief, anySite, (brief, site) => {
        const plan = planBrief(brief, site);
        if (plan.intent !== "deploy" || plan.platform === "groundseg" || plan.platform === "kubernetes") return;
        expect(notBuilt(plan).filter((kind) => kind !== "create-server")).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

describe("ships nobody has named", () => {
  test.each([
    ["Host ~sampel-palnet and 2 moons on my own server", ["~sampel-palnet", "moon-1", "moon-2"]],
    ["Deploy 2 stars on my own server", ["star-1", "star-2"]],
    ["Deploy 2 ships on my own server", ["planet-1", "planet-2"]],
  ])("%s: are called by their kind", (sentence, names) => {
    expect(planOf(sentence, siteOf("alder")).ships.map(({ name }) => name)).toEqual(names);
  });

  test("go where the words say", () => {
    const { ships } = planOf(
      "Deploy 1 ship to dev, 1 to staging and 3 to production on my own servers",
      siteOf("alder"),
    );
    expect(ships.map(({ environment }) => environment)).toEqual([
      "dev",
      "staging",
      "production",
      "production",
      "production",
    ]);
  });

  test("are not backed up against the user's word", () => {
    const plan = planOf("Deploy 2 ships on my own server without backups", siteOf("alder"));
    expect(plan.notCovered.filter((item) => item.startsWith("recovery"))).toEqual([]);
  });
});
