import { beforeEach, describe, expect, test } from "vitest";
import { contextFor } from "../../../lab/step-context.ts";
import { type Outcome, ok } from "../../../src/base/outcome.ts";
import type { Fence } from "../../../src/machines/ships.ts";
import { createTwinMachine } from "../../../src/machines/twin/machine.ts";
import { openWorld, type World } from "../../../src/machines/twin/world.ts";
import { lint } from "../../../src/plan/lint.ts";
import { productionPlan } from "../../../src/plan/maintenance.ts";
import type { ShipTarget } from "../../../src/plan/schema.ts";
import type { Step, StepContext } from "../../../src/specialists/step.ts";
import { encryptPiers } from "../../../src/specialists/urbit-deployment-specialist/encrypt-piers.ts";
import { rulesOf } from "../../../src/specialists/urbit-deployment-specialist/hardening/auditd.ts";
import { rebootHost } from "../../../src/specialists/urbit-deployment-specialist/reboot-host.ts";
import { LAYOUT } from "../../../src/urbit/layout.ts";
import { planOf, siteOf, stepsOf } from "../../plan/ground.ts";

/** The strict level's own steps on the twin; what only a kernel can show is in test/qemu. */
const strict = { securityLevel: "strict", monitoringLevel: "none", compliance: [] as [] } as const;
const placed = { "~nec": { host: "alder", amesPort: 34_540, httpPort: 8080, fake: true } };
const kinds = (plan: ReturnType<typeof productionPlan>) => stepsOf(plan).map(({ action }) => action.kind);

describe("setup-production at the strict level", () => {
  const plan = productionPlan({ ...siteOf("alder"), placed }, strict);

  test("hardens, moves the piers onto their volume, closes in the ships, and restarts the host last", () => {
    expect(lint(plan)).toEqual([]);
    expect(kinds(plan)).toEqual([
      "assess-host",
      "baseline",
      "harden-host",
      "encrypt-piers",
      "prove",
      "sandbox",
      "reboot-host",
    ]);
  });

  test("asks before it stops ships, each time, and says what the way of unlocking protects from", () => {
    const gates = plan.phases.flatMap(({ gate }) => gate ?? []);
    expect(gates.map(({ id }) => id)).toEqual(["plan", "volume", "restart"]);
    for (const gate of gates.slice(1)) expect(gate.shows).toContain("~nec");
    expect(gates[1]?.shows).toContain("not the host taken whole");
    const asked = productionPlan(siteOf("alder"), {
      ...strict,
      volumes: { alder: { device: "/dev/sdb", unlock: "person" } },
    });
    expect(asked.phases.flatMap(({ gate }) => gate ?? [])[1]?.shows).toContain("until somebody unlocks");
    expect(asked.hosts[0]).toMatchObject({ volume: { device: "/dev/sdb", unlock: "person" } });
  });

  test("has audit records kept on another host, or says that there is none", () => {
    expect(plan.notCovered.join("\n")).toMatch(/^security: .*audit records.*--monitor HOST$/m);
    const settings = { receivers: [], retentionDays: 90, pace: 1 };
    const monitor = { host: { name: "cedar", address: "cedar" }, settings };
    const kept = productionPlan({ ...siteOf("alder"), placed, monitor }, strict);
    const steps = stepsOf(kept).map(({ action }) => `${action.kind} ${action.host}`);
    expect(steps).toContain("ship-audit-log cedar");
    // Who keeps the records is not hardened unasked, and is when it is named.
    expect(steps.filter((step) => step.endsWith("cedar"))).toHaveLength(1);
    const named = productionPlan({ ...siteOf("alder", "cedar"), placed, monitor }, strict);
    expect(stepsOf(named).map(({ id }) => id)).toContain("security/harden-host/cedar");
    expect([lint(kept), lint(named)]).toEqual([[], []]);
    expect(kept.notCovered.join("\n")).not.toContain("audit records");
  });

  test("has none of it at the levels below", () => {
    const below = productionPlan({ ...siteOf("alder"), placed }, { ...strict, securityLevel: "standard" });
    expect(kinds(below)).not.toEqual(expect.arrayContaining(["encrypt-piers"]));
    expect(kinds(below)).not.toEqual(expect.arrayContaining(["reboot-host"]));
  });

  test("in a launch makes the volume before the first boot, and leaves none of its controls out", () => {
    const made = planOf("Deploy 2 fake ships to production on my own servers with strict hardening", siteOf("alder"));
    const steps = stepsOf(made);
    const boots = steps.filter(({ action }) => action.kind === "boot");
    expect(boots).toHaveLength(2);
    for (const boot of boots) expect(boot.needs).toContain("production/encrypt-piers/alder");
    expect(made.notCovered.join("\n")).not.toMatch(/LUKS|mandatory access|audit logging/);
  });
});

describe("audit rules", () => {
  const ships = [{ name: "~sampel-palnet", fake: false }] as unknown as readonly ShipTarget[];

  test("watch keys for reading, units and binaries for writing, and never a pier", () => {
    const rules = rulesOf({ ships });
    expect(rules).toContain("-w /run/slipway/sampel-palnet.key -p rwa -k slipway-keys");
    expect(rules).toContain("-w /etc/systemd/system -p wa -k slipway-units");
    expect(rules).toContain("-w /opt/slipway/vere -p wa -k slipway-binaries");
    expect(rules.filter((rule) => rule.includes(LAYOUT.home))).toEqual([]);
    expect(new Set(rules).size).toBe(rules.length);
  });
});

describe("on the twin", () => {
  const ship: ShipTarget = {
    name: "~nec",
    fake: true,
    environment: "production",
    host: "alder",
    amesPort: 34_540,
    httpPort: 8080,
    loom: 31,
    keyRef: null,
  };
  const VERE = "/opt/slipway/vere/urbit";
  let world: World;
  let token: number;

  function contextOf(run: string, ships: readonly ShipTarget[] = [ship]): StepContext {
    const machine = createTwinMachine(world, "alder");
    const plan = { ...productionPlan({ ...siteOf("alder"), placed }, strict), ships: [...ships] };
    const acquire = async (name = ""): Promise<Outcome<Fence>> => {
      const id = await machine.machineId();
      if (!id.ok) return id;
      token += 1;
      return ok({ ship: name, token, machineId: id.value, run });
    };
    const host = { name: "alder", address: "twin" };
    const target = { plan, host, ship: null, shipsOnHost: ships, phase: "volume" };
    return contextFor({ run, target, machine, acquire });
  }

  function value<T>(outcome: Outcome<T>): T {
    if (!outcome.ok) throw new Error(`${outcome.failure.code}: ${outcome.failure.what}`);
    return outcome.value;
  }

  async function applied(step: Step, context: StepContext) {
    for (let tries = 0; tries < 20; tries += 1) {
      const outcome = value(await step.apply(context));
      if (outcome.kind === "done") {
        expect(value(await step.check(context)).filter(({ passed }) => !passed)).toEqual([]);
        return outcome;
      }
    }
    throw new Error("never done");
  }

  const look = async () => value(await createTwinMachine(world, "alder").ships.inspect(ship)).value;

  /** A host with a ship that runs, of an earlier run. */
  beforeEach(async () => {
    world = openWorld(":memory:");
    token = 0;
    const context = contextOf("earlier");
    const { machine } = context;
    value(
      await machine.converge({
        batch: "earlier",
        resources: [
          { kind: "user", id: "user", name: "urbit", home: LAYOUT.home, shell: "/usr/sbin/nologin" },
          { kind: "file", id: "vere", path: VERE, owner: "root", group: "root", mode: "0755", content: "vere" },
        ],
        dryRun: false,
        revertAfterSeconds: null,
      }),
    );
    const fence = value(await context.acquire(ship.name));
    value(await machine.ships.fence(fence));
    value(await machine.ships.boot({ ship, fence, vere: VERE, pill: null, key: null }));
    value(await machine.ships.install(ship, fence, VERE));
    value(await machine.ships.start(ship, fence));
  });

  test("a running ship is stopped before its pier moves, and runs again under this run's token", async () => {
    const before = world.mutations().length;
    await applied(encryptPiers, contextOf("strict"));
    const did = world
      .mutations()
      .slice(before)
      .map(({ operation, subject }) => `${operation} ${subject}`);
    expect(did.filter((act) => /^(stop|start|converge volume)/.test(act))).toEqual([
      "stop ~nec",
      `converge volume ${LAYOUT.home}`,
      "start ~nec",
    ]);
    expect(await look()).toMatchObject({ unit: "active", live: true, fence: { run: "strict" } });
  });

  test("a second time neither stops nor moves anything", async () => {
    await applied(encryptPiers, contextOf("strict"));
    const before = world.mutations().length;
    expect(await applied(encryptPiers, contextOf("again"))).toMatchObject({ unchanged: true });
    expect(world.mutations()).toHaveLength(before);
  });

  test("a ship that somebody stopped stays stopped", async () => {
    const fence = value(await contextOf("by hand").acquire(ship.name));
    const { ships } = createTwinMachine(world, "alder");
    value(await ships.fence(fence));
    value(await ships.stop(ship, fence));
    await applied(encryptPiers, contextOf("strict"));
    expect((await look()).unit).toBe("inactive");
  });

  test("a pier the plan does not know is not moved, and nothing is stopped for it", async () => {
    const outcome = await encryptPiers.apply(contextOf("strict", []));
    expect(outcome).toMatchObject({ ok: false, failure: { code: "pier-unknown-here" } });
    expect((await look()).unit).toBe("active");
  });

  test("when the volume cannot be made, the ships run on where they were", async () => {
    world.setFaults([{ fault: "disk-full", operation: "converge" }]);
    const outcome = await encryptPiers.apply(contextOf("strict"));
    expect(outcome).toMatchObject({ ok: false, failure: { code: "resource-failed" } });
    expect(await look()).toMatchObject({ unit: "active", live: true });
  });

  test("undone, the piers lie where they lay and the ships run", async () => {
    const machine = createTwinMachine(world, "alder");
    const before = value(await machine.fingerprint()).value;
    const context = contextOf("strict");
    await applied(encryptPiers, context);
    expect(value(await encryptPiers.undo(context))).toMatchObject({ undone: true });
    const { ships: _, ...after } = value(await machine.fingerprint()).value;
    const { ships: __, ...was } = before;
    expect(after).toEqual(was);
    expect(await look()).toMatchObject({ unit: "active", live: true });
  });

  test("a host is restarted once in a run, however often the step is tried, and its ships come back", async () => {
    for (let tries = 0; tries < 2; tries += 1) await applied(rebootHost, contextOf("strict"));
    expect(world.mutations().filter(({ operation }) => operation === "restart")).toHaveLength(1);
    expect(await look()).toMatchObject({ unit: "active", live: true });
  });
});
