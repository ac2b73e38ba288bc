import { describe, expect, test } from "vitest";
import type { Brief } from "../../src/brief/schema.ts";
import { decide } from "../../src/decide/decide.ts";
import { briefOf, NOWHERE, read } from "./briefs.ts";

const FLAGSHIP =
  "Deploy a 50-ship production fleet on Kubernetes with HIPAA compliance, monitoring, and disaster recovery. Budget $2,000/month, timeline 4 weeks.";

const costOf = (brief: Brief, today?: string) =>
  decide(brief, today === undefined ? NOWHERE : { ...NOWHERE, today }).cost;
const items = (brief: Brief) => costOf(brief).lines.map(({ item }) => item);

describe("the flagship", () => {
  const decision = decide(read(FLAGSHIP), NOWHERE);

  test("is feasible as priced, on the cloud that signs a HIPAA agreement by itself", () => {
    expect(decision.feasible).toBe(true);
    expect(decision.cost.provider).toBe("AWS EC2, us-east-1");
    expect(decision.cost.monthlyUsd).toBeLessThanOrEqual(2_000);
  });

  test("says line by line what it pays for, and the lines add up by hand", () => {
    const lines = decision.cost.lines.map(({ item, quantity, unitUsd, monthlyUsd }) => [
      item.replace(/,.*/, ""),
      quantity,
      unitUsd,
      monthlyUsd,
    ]);
    expect(lines).toEqual([
      ["node r5.xlarge (32 GiB)", 7, 183.96, 1_287.72],
      ["volume beside r5.xlarge", 7, 0.8, 5.6],
      ["public IPv4 address", 7, 3.65, 25.55],
      ["control plane", 1, 73, 73],
      ["volumes of the ships", 1_500, 0.08, 120],
      ["volume snapshots", 500, 0.05, 25],
      ["Application Load Balancer", 1, 16.43, 16.43],
      ["Application Load Balancer", 1, 5.84, 5.84],
      ["NAT gateway of the private side", 2, 32.85, 65.7],
      ["traffic out beyond 100 GB free", 150, 0.09, 13.5],
      ["copies away from the machines", 1_000, 0.023, 23],
      ["copies in a second region", 1_000, 0.023, 23],
      ["changes sent to the second region", 150, 0.02, 3],
      ["audit records kept off the machines", 100, 0.023, 2.3],
      ["key that encrypts copies and logs", 1, 1, 1],
      ["PagerDuty", 2, 21, 42],
    ]);
    expect(decision.cost.monthlyUsd).toBe(1_732.64);
  });

  test("shows the room its nodes have", () => {
    expect(decision.cost.sizing).toEqual([
      { machine: "r5.xlarge", quantity: 7, ramGiB: 32, vcpu: 4, shipsEach: 8, scarce: false },
    ]);
  });

  test("with less money is not feasible, and says by how much", () => {
    const less = decide(read(FLAGSHIP.replace("$2,000", "$1,700")), NOWHERE);
    expect(less.feasible).toBe(false);
    expect(less.conflicts.map(({ because }) => because).join()).toMatch(
      /\$1,7\d\d a month as priced; the budget is \$1,700/,
    );
  });
});

describe("wishes about firm and place", () => {
  test.each([
    ["hetzner", "Hetzner"],
    ["digitalocean", "DigitalOcean"],
    ["linode", "Linode"],
    ["vultr", "Vultr"],
    ["ovh", "OVHcloud"],
    ["aws", "AWS"],
    ["gcp", "Google Cloud"],
    ["azure", "Azure"],
    ["contabo", "Contabo"],
    ["netcup", "netcup"],
  ] as const)("%s was named: priced there", (provider, name) => {
    expect(costOf(briefOf(3, { provider, infrastructure: "vps" })).provider).toMatch(new RegExp(`^${name}`));
  });

  test("a firm that was refused is not taken, one by one", () => {
    const refused: Brief["excludedProviders"] = [];
    for (let tries = 0; tries < 5; tries++) {
      const { provider } = costOf(briefOf(10, { excludedProviders: refused }));
      const firm = (["aws", "digitalocean", "hetzner", "linode", "vultr", "ovh", "gcp", "azure"] as const).find(
        (key) => {
          const title = {
            aws: "AWS",
            digitalocean: "DigitalOcean",
            hetzner: "Hetzner",
            linode: "Linode",
            vultr: "Vultr",
            ovh: "OVHcloud",
            gcp: "Google",
            azure: "Azure",
          }[key];
          return provider?.startsWith(title) === true;
        },
      );
      expect(refused).not.toContain(firm);
      if (firm !== undefined) refused.push(firm);
    }
    expect(new Set(refused).size).toBe(5);
  });

  test("in the EU only European prices are taken", () => {
    for (const infrastructure of ["vps", "kubernetes", "bare-metal"] as const) {
      const { provider } = costOf(briefOf(10, { regions: ["eu-frankfurt"], infrastructure }));
      expect(provider).toMatch(/, (eu|europe|any)/);
    }
  });

  test("an area that was refused is not taken", () => {
    expect(costOf(briefOf(1, { excludedRegions: ["eu"] })).provider).not.toMatch(/, eu/);
  });

  test("a town the firm has no data centre in is said", () => {
    const truths = decide(briefOf(1, { provider: "hetzner", regions: ["eu-frankfurt"] }), NOWHERE).truths;
    expect(truths.map(({ says }) => says)).toContain(
      "Hetzner has no data centre in frankfurt; the nearest of the same area is meant",
    );
  });

  test("a firm nobody has prices of is a conflict, not a guess", () => {
    const decision = decide(briefOf(3, { provider: "scaleway" }), NOWHERE);
    expect([decision.feasible, decision.conflicts.map(({ requirements }) => requirements)]).toEqual([
      false,
      [["provider"]],
    ]);
  });
});

describe("what a cloud bills", () => {
  test("a cluster on AWS has its control plane, nodes, volumes, balancer and traffic, and NAT where it is strict", () => {
    const cluster = (over: Partial<Brief>) =>
      items(briefOf(50, { infrastructure: "kubernetes", provider: "aws", ...over })).join("\n");
    for (const part of [
      "control plane, EKS",
      "node ",
      "volumes of the ships",
      "Load Balancer",
      "traffic out",
      "IPv4",
      "copies away",
    ])
      expect(cluster({})).toContain(part);
    expect(cluster({})).not.toContain("NAT gateway");
    expect(cluster({ compliance: ["hipaa"] })).toContain("NAT gateway");
  });

  test("a firm without managed clusters rents the machines for one you run yourself", () => {
    const lines = items(briefOf(50, { infrastructure: "kubernetes", provider: "hetzner" })).join("\n");
    expect(lines).toContain("node of a cluster you run yourself");
    expect(lines).not.toContain("control plane");
  });

  test("a load balancer the catalogue has no price of is a range", () => {
    const { lines, monthlyUsd } = costOf(briefOf(50, { infrastructure: "kubernetes", provider: "gcp" }));
    const balancer = lines.find(({ item }) => item.startsWith("load balancer"));
    expect([balancer?.unitUsd, monthlyUsd, (balancer?.highUsd ?? 0) > (balancer?.lowUsd ?? 0)]).toEqual([
      null,
      null,
      true,
    ]);
  });

  test("a size that cannot be ordered at times makes the high end what can be", () => {
    const { sizing, highUsd, monthlyUsd } = costOf(briefOf(1, { regions: ["eu"], provider: "hetzner" }));
    expect(sizing[0]).toMatchObject({ machine: "CX23", scarce: true });
    expect(highUsd).toBeGreaterThan((monthlyUsd ?? 0) * 2);
  });
});

describe("what is not rented", () => {
  const own = briefOf(12, { selfHosted: true });

  test("machines of one's own cost their power; StarTram's unpublished price is a range, never nothing", () => {
    const { lines, monthlyUsd, provider } = costOf(own);
    expect([monthlyUsd, provider]).toEqual([null, null]);
    const [machine, power, wayIn] = lines;
    expect(machine).toMatchObject({ monthlyUsd: 0, confidence: "recalled" });
    expect(machine?.highUsd).toBeGreaterThan(0);
    expect(power?.monthlyUsd).toBeGreaterThan(0);
    expect(wayIn).toMatchObject({ unitUsd: null, monthlyUsd: null, lowUsd: 0, confidence: "unknown" });
    expect(wayIn?.highUsd).toBeGreaterThan(0);
  });

  test("European electricity costs more than American", () => {
    const power = (regions: string[]) =>
      costOf({ ...own, regions }).lines.find(({ item }) => item.startsWith("power"))?.unitUsd ?? 0;
    expect(power(["eu"])).toBeGreaterThan(power(["us"]));
  });

  test("virtual servers in the inventory cost what their owner knows: a range", () => {
    const { lines } = decide(briefOf(3), { hosts: ["vps", "vps"] }).cost;
    expect(lines[0]).toMatchObject({ quantity: 2, unitUsd: null, monthlyUsd: null });
    expect(lines[0]?.highUsd).toBeGreaterThan(lines[0]?.lowUsd ?? 0);
  });

  test("identities are paid once: named ships are owned, moons and comets are free, a star spawns many", () => {
    const once = (brief: Brief) => costOf(brief).once.filter(({ item }) => item.startsWith("planets"));
    expect(once(briefOf(3))).toMatchObject([{ quantity: 3, lowUsd: 0, highUsd: 300 }]);
    expect(once(briefOf(1_000))[0]?.highUsd).toBeLessThan(3_000);
    expect(once(read("Deploy ~sampel-palnet and ~zod on a VPS"))).toEqual([]);
    expect(once(read("Host 3 moons of ~sampel-palnet"))).toEqual([]);
    expect(once(read("Deploy 3 fake ships to dev"))).toEqual([]);
  });
});

describe("work on ships that run already", () => {
  test.each(["troubleshoot", "optimize"] as const)("to %s nothing is rented", (intent) => {
    const { cost } = decide(briefOf(3, { intent }), NOWHERE);
    expect([cost.lines, cost.monthlyUsd, cost.once]).toEqual([[], 0, []]);
  });

  test("to monitor, only the monitoring server is priced", () => {
    const { cost } = decide(briefOf(3, { intent: "monitor" }), NOWHERE);
    expect(cost.lines.map(({ item }) => item.replace(/ .*/, ""))).toEqual(["monitoring", "public"]);
  });
});

describe("dates", () => {
  test("every line says from when its price is, where from, how sure, and until when it is good", () => {
    for (const line of costOf(read(FLAGSHIP)).lines) {
      expect(line.asOf).toMatch(/^20\d\d-\d\d$/);
      expect(line.expires > line.asOf).toBe(true);
      expect(line.source).not.toBe("");
      expect(["sourced", "recalled", "unknown"]).toContain(line.confidence);
    }
  });

  test("past its date a price is marked, and said; no choice and no sum depends on the day", () => {
    const now = decide(read(FLAGSHIP), { ...NOWHERE, today: "2026-11-24" });
    const later = decide(read(FLAGSHIP), { ...NOWHERE, today: "2028-01-01" });
    expect(now.cost.lines.filter(({ expired }) => expired)).toEqual([]);
    expect(later.cost.lines.every(({ expired }) => expired)).toBe(true);
    expect(later.truths.some(({ says }) => says.includes("past their date"))).toBe(true);
    expect([later.cost.monthlyUsd, later.platform.choice]).toEqual([now.cost.monthlyUsd, now.platform.choice]);
  });

  test("prices in euro name the dated rate they were turned into dollars at", () => {
    expect(costOf(briefOf(1, { provider: "hetzner" })).rate).toMatchObject({ usdPerEur: 1.1133, asOf: "2026-10-28" });
    expect(costOf(read(FLAGSHIP)).rate).toBeNull();
  });
});
