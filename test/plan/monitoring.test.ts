import { describe, expect, test } from "vitest";
import { lint } from "../../src/plan/lint.ts";
import { monitoringPlan } from "../../src/plan/maintenance.ts";
import type { Site } from "../../src/plan/site.ts";
import { planOf, siteOf, stepsOf } from "./ground.ts";

const watching = (host: string) => ({
  host: { name: host, address: `root@${host}` },
  settings: { receivers: [], retentionDays: 90, pace: 1 },
});
const placed = { "~zod": { host: "alder", amesPort: 34_540, httpPort: 8080, fake: true } };
const standard = {
  securityLevel: "basic",
  monitoringLevel: "standard",
  compliance: [],
  slo: { uptimePercent: null, responseMs: null },
} as const;
const plan = (site: Site, level: "standard" | "full" = "standard") =>
  monitoringPlan(site, { ...standard, compliance: [], monitoringLevel: level });
const kinds = (made: ReturnType<typeof plan>) => stepsOf(made).map(({ action }) => `${action.kind}/${action.host}`);

describe("setup-monitoring", () => {
  test("puts exporters on the ships' hosts, and everything else on the host that watches", () => {
    const made = plan({ ...siteOf("alder"), placed, monitor: watching("cedar") });
    expect(lint(made)).toEqual([]);
    expect(kinds(made)).toEqual([
      "assess-host/alder",
      "install-agent/alder",
      "set-up-metrics/cedar",
      "set-up-alerts/cedar",
      "prove-alert/cedar",
    ]);
  });

  test("adds logs and service levels at the full level", () => {
    const made = kinds(plan({ ...siteOf("alder"), placed, monitor: watching("cedar") }, "full"));
    expect(made).toEqual(expect.arrayContaining(["set-up-logs/cedar", "set-up-slo/cedar"]));
  });

  test("without a host to watch from sets up the exporters and says what is left out, and why", () => {
    const made = plan({ ...siteOf("alder"), placed });
    expect(kinds(made)).toEqual(["assess-host/alder", "install-agent/alder"]);
    expect(made.notCovered).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/Prometheus.*name a host for it, apart from the ships: --monitor HOST/),
      ]),
    );
  });
});

describe("a launch", () => {
  const words = "Deploy 2 fake ships to production on my own servers";

  test("watches its ships from the host that was named, once they run", () => {
    const made = planOf(words, { ...siteOf("alder"), monitor: watching("cedar") });
    expect(lint(made)).toEqual([]);
    const metrics = stepsOf(made).find(({ action }) => action.kind === "set-up-metrics");
    expect(metrics?.action.host).toBe("cedar");
    expect(metrics?.needs).toEqual(expect.arrayContaining(["production/prove/~zod", "production/install-agent/alder"]));
    expect(made.notCovered.filter((item) => /Prometheus|basic alerts/.test(item))).toEqual([]);
  });

  test("of development alone watches nothing", () => {
    const made = planOf("Deploy 2 fake ships to development on my own servers", {
      ...siteOf("alder"),
      monitor: watching("cedar"),
    });
    expect(made.monitor).toBeNull();
    expect(kinds(made).filter((kind) => /agent|metrics|alert/.test(kind))).toEqual([]);
  });
});
