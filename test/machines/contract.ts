import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Outcome } from "../../src/base/outcome.ts";
import type { ConvergeRequest, Machine, Seen } from "../../src/machines/machine.ts";
import type { Resource } from "../../src/machines/resources.ts";
import type { Fence, ShipSpec, ShipState } from "../../src/machines/ships.ts";
import { LAYOUT } from "../../src/urbit/layout.ts";

/** A host to hold against the contract. It may be in any state; the suite leaves it as it found it. */
export interface ContractGround {
  readonly machine: Machine;
  /** Host paths of a vere and (if boots need one here) a pill, and the resources that put them there. */
  readonly vere: string;
  readonly pill: string | null;
  readonly runtime: readonly Resource[];
  readonly close: () => Promise<void>;
}

/** Two fake ships nobody else uses on the host under test. */
const SHIP: ShipSpec = { name: "~bus", fake: true, amesPort: 41_201, httpPort: 41_281, loom: 31 };
const OTHER: ShipSpec = { name: "~mus", fake: true, amesPort: 41_202, httpPort: 41_282, loom: 31 };

/** What every `Machine` does, whatever is behind it: written against the interface alone, so that the twin and real hosts are held to one text. */
export function machineContract(name: string, makeGround: () => Promise<ContractGround>): void {
  describe(`${name} keeps the contract of a machine`, () => {
    let ground: ContractGround;
    let machine: Machine;
    let before: Readonly<Record<string, string>>;
    beforeAll(async () => {
      ground = await makeGround();
      machine = ground.machine;
      before = value(await machine.fingerprint());
    });
    afterAll(async () => {
      await machine.close();
      await ground.close();
    });

    const request = (batch: string, resources: readonly Resource[], dryRun = false): ConvergeRequest => ({
      batch: `contract-${batch}`,
      resources,
      dryRun,
      revertAfterSeconds: null,
    });

    test("a fingerprint has every part of the host", () => {
      for (const part of ["packages", "users", "groups", "units", "etc", "firewall", "sysctl", "srv"])
        expect(before[part]).toMatch(/^[0-9a-f]{64}$/);
    });

    test("facts name the machine, and every sighting says what was asked where", async () => {
      const facts = await machine.facts();
      expect(value(facts).machineId).toBe(bare(await machine.machineId()));
      expect(value(facts).machineId).toMatch(/^[0-9a-f]{32}$/);
      const { sighting } = seen(facts);
      expect(sighting.host).toBe(machine.name);
      expect(sighting.command).not.toBe("");
      expect(sighting.raw).not.toBe("");
      expect(Number.isNaN(Date.parse(sighting.at))).toBe(false);
    });

    test("a dry run tells what would change, and changes nothing", async () => {
      const looked = value(await machine.converge(request("dry", TREE, true)));
      expect(looked.records.map((record) => [record.id, record.status])).toEqual(TREE.map(({ id }) => [id, "changed"]));
      expect(looked).toMatchObject({ changed: TREE.length, failed: 0 });
      expect(value(await machine.fingerprint())).toEqual(before);
    });

    test("a batch holds after it was applied; a second time nothing changes; undo leaves the host as found", async () => {
      const first = value(await machine.converge(request("tree", TREE)));
      expect(first.records.map((record) => record.status)).toEqual(TREE.map(() => "changed"));
      const applied = value(await machine.fingerprint());
      expect(applied).not.toEqual(before);
      for (const dryRun of [true, false]) {
        const again = value(await machine.converge(request("tree", TREE, dryRun)));
        expect(again).toMatchObject({ changed: 0, failed: 0 });
        expect(again.records.map((record) => record.status)).toEqual(TREE.map(() => "ok"));
      }
      expect(value(await machine.fingerprint())).toEqual(applied);
      const undone = value(await machine.undo("contract-tree"));
      expect(undone.failed).toBe(0);
      expect(undone.records.map((record) => record.id)).toEqual(TREE.map(({ id }) => id).reverse());
      expect(value(await machine.fingerprint())).toEqual(before);
    });

    test("undoing what was never applied succeeds with nothing undone, also a second time", async () => {
      expect(value(await machine.undo("contract-never"))).toEqual({
        records: [],
        changed: 0,
        failed: 0,
        answers: {},
        secondLook: null,
      });
    });

    test("a later change by the same batch is undone with the first", async () => {
      const other = TREE.map((resource) => (resource.kind === "file" ? { ...resource, content: "other\n" } : resource));
      value(await machine.converge(request("twice", TREE)));
      expect(value(await machine.converge(request("twice", other)))).toMatchObject({ changed: 1, failed: 0 });
      expect(value(await machine.undo("contract-twice")).failed).toBe(0);
      expect(value(await machine.fingerprint())).toEqual(before);
    });

    test("what fails, fails alone; what needs it is not tried, and the rest is done", async () => {
      const mixed: readonly Resource[] = [
        {
          kind: "directory",
          id: "nobody's",
          path: "/srv/contract",
          owner: "no-such-user",
          group: "root",
          mode: "0755",
        },
        file("inside", "/srv/contract/file"),
        file("apart", "/etc/contract-apart"),
      ];
      const done = value(await machine.converge(request("mixed", mixed)));
      expect(done.records.map((record) => record.status)).toEqual(["failed", "failed", "changed"]);
      expect(done.records[1]?.why).toContain("nobody's");
      expect(done).toMatchObject({ changed: 1, failed: 2 });
      value(await machine.undo("contract-mixed"));
      expect(value(await machine.fingerprint())).toEqual(before);
    });

    test("a batch that cannot be is refused before anything is done", async () => {
      const twice = await machine.converge(request("invalid", [file("same", "/etc/a"), file("same", "/etc/b")]));
      expect(code(twice)).toBe("configuration batch-invalid");
    });

    describe("ships", () => {
      let token = 0;
      let fence: Fence;
      const prepared = () => [...BASE, ...ground.runtime];
      const raise = async (ship: ShipSpec, run: string): Promise<Fence> => {
        token += 1;
        const next = { ship: ship.name, token, machineId: bare(await machine.machineId()), run };
        value(await machine.ships.fence(next));
        return next;
      };
      beforeAll(async () => {
        // On a host that was used before, the ships' tokens start where they ended.
        token = Math.floor(Date.now() / 1_000);
        expect(value(await machine.converge(request("base", prepared()))).failed).toBe(0);
      });
      afterAll(async () => {
        expect(value(await machine.undo("contract-base")).failed).toBe(0);
      });

      test("nothing is there to begin with, and looking is free", async () => {
        const state = value(await machine.ships.inspect(SHIP));
        expect(state).toMatchObject({ pier: "absent", boot: "none", unit: "absent", unitEnabled: false, live: false });
        expect(state).toMatchObject({ pierId: "", lockPid: null, fence: null });
        expect((await machine.ships.life(SHIP)).ok).toBe(false);
      });

      test("a fence only grows, and stays on its machine", async () => {
        const low = await raise(OTHER, "run-a");
        const high = await raise(OTHER, "run-b");
        expect(value(await machine.ships.inspect(OTHER)).fence).toEqual(high);
        expect(value(await machine.ships.fence(high))).toEqual(high);
        expect(code(await machine.ships.fence(low))).toBe("critical fence-stale");
        expect(code(await machine.ships.fence({ ...high, run: "run-c" }))).toBe("critical fence-stale");
        const foreign = { ...high, token: high.token + 1, machineId: "f".repeat(32) };
        expect(code(await machine.ships.fence(foreign))).toBe("critical fence-foreign");
        expect(code(await machine.ships.unfence(low))).toBe("critical fence-stale");
        value(await machine.ships.unfence(high));
        value(await machine.ships.unfence(high));
        expect(value(await machine.ships.inspect(OTHER)).fence).toBeNull();
        // Given away is not forgotten: the old holder does not get in again.
        expect(code(await machine.ships.fence(high))).toBe("critical fence-stale");
      });

      test("without a fence nothing is done to a ship", async () => {
        const machineId = bare(await machine.machineId());
        const none = { ship: SHIP.name, token: token + 1_000, machineId, run: "run-none" };
        for (const refused of await everything(none)) expect(code(refused)).toBe("critical fence-stale");
        expect(value(await machine.ships.inspect(SHIP)).pier).toBe("absent");
      });

      test("a ship boots in the background and is ready in the end; booting again is no second boot", async () => {
        fence = await raise(SHIP, "run-a");
        const begun = value(await machine.ships.boot(bootOf(fence)));
        expect(["running", "done"]).toContain(begun.boot);
        const ready = await until((state) => state.boot !== "running");
        expect(ready).toMatchObject({ pier: "ready", boot: "done", live: false, unit: "absent" });
        expect(ready.pierId).not.toBe("");
        expect(ready.bootLog.length).toBeGreaterThan(0);
        const again = value(await machine.ships.boot(bootOf(fence)));
        expect(again).toMatchObject({ pier: "ready", boot: "done", pierId: ready.pierId });
        expect(value(await machine.facts()).ships).toContain(SHIP.name);
      });

      test("its unit is installed without starting it, and starts once", async () => {
        for (let round = 0; round < 2; round++) {
          const installed = value(await machine.ships.install(SHIP, fence, ground.vere));
          expect(installed).toMatchObject({ unit: "inactive", unitEnabled: true, live: false });
        }
        value(await machine.ships.start(SHIP, fence));
        const live = await until((state) => state.live);
        expect(live).toMatchObject({ unit: "active", live: true, fence });
        expect(live.lockPid).not.toBeNull();
        expect(live.unitLog.at(-1)).toMatch(/^pier \([0-9.]+\): live/);
        const again = value(await machine.ships.start(SHIP, fence));
        expect(again).toMatchObject({ unit: "active", lockPid: live.lockPid, pierId: live.pierId });
      });

      test("it answers on every side", async () => {
        expect(value(await machine.ships.life(SHIP))).toMatchObject({ live: true, khan: true, who: SHIP.name });
        expect(value(await machine.ships.hi(SHIP)).ms).toBeGreaterThanOrEqual(0);
        const http = value(await machine.ships.http(SHIP));
        expect(http).toMatchObject({ loggedInAs: SHIP.name });
        expect([204, 429]).toContain(http.health);
      });

      test("while it runs its lease cannot be given away", async () => {
        expect(code(await machine.ships.unfence(fence))).toBe("critical ship-running");
      });

      test("a second writer takes it over by a higher token; the first can do nothing any more", async () => {
        const old = fence;
        fence = await raise(SHIP, "run-b");
        for (const refused of await everything(old)) expect(code(refused)).toBe("critical fence-stale");
        expect(value(await machine.ships.inspect(SHIP))).toMatchObject({ unit: "active", fence });
      });

      test("it stops gracefully, starts again, and the events only grow", async () => {
        const { event } = value(await machine.ships.life(SHIP));
        for (let round = 0; round < 2; round++)
          expect(value(await machine.ships.stop(SHIP, fence))).toMatchObject({
            unit: "inactive",
            lockPid: null,
            live: false,
          });
        expect((await machine.ships.hi(SHIP)).ok).toBe(false);
        value(await machine.ships.start(SHIP, fence));
        await until((state) => state.live);
        expect(value(await machine.ships.life(SHIP)).event).toBeGreaterThanOrEqual(event);
        value(await machine.ships.stop(SHIP, fence));
      });

      test("a fake ship can be removed whole, twice, and its fence given away", async () => {
        for (let round = 0; round < 2; round++)
          expect(value(await machine.ships.remove(SHIP, fence))).toMatchObject({
            pier: "absent",
            unit: "absent",
            boot: "none",
          });
        value(await machine.ships.unfence(fence));
        expect(value(await machine.facts()).ships).not.toContain(SHIP.name);
      });

      const bootOf = (under: Fence) => ({ ship: SHIP, fence: under, vere: ground.vere, pill: ground.pill, key: null });
      const everything = async (under: Fence): Promise<readonly Outcome<unknown>[]> => [
        await machine.ships.boot(bootOf(under)),
        await machine.ships.install(SHIP, under, ground.vere),
        await machine.ships.start(SHIP, under),
        await machine.ships.stop(SHIP, under),
        await machine.ships.remove(SHIP, under),
      ];
      const until = async (holds: (state: ShipState) => boolean): Promise<ShipState> => {
        for (let round = 0; ; round++) {
          const state = value(await machine.ships.inspect(SHIP));
          if (holds(state) || round > 600) return state;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      };
    });

    test("after all this the host is as it was found", async () => {
      expect(value(await machine.fingerprint())).toEqual(before);
    });
  });
}

export function file(id: string, path: string, content = "slipway\n"): Resource {
  return { kind: "file", id, path, owner: "root", group: "root", mode: "0644", content };
}

/** What ships need of a host before they boot. */
export const BASE: readonly Resource[] = [
  { kind: "user", id: "user", name: LAYOUT.user, home: LAYOUT.home, shell: "/usr/sbin/nologin" },
  { kind: "directory", id: "home", path: LAYOUT.home, owner: LAYOUT.user, group: LAYOUT.group, mode: "0750" },
  ...LAYOUT.systemDirectories.map(
    ({ path, mode }): Resource => ({ kind: "directory", id: path, path, owner: "root", group: "root", mode }),
  ),
];

/** Resources of many kinds that any Debian host can take and give back without the network. */
const TREE: readonly Resource[] = [
  { kind: "user", id: "user", name: "contract", home: "/srv/contract", shell: "/usr/sbin/nologin" },
  {
    kind: "directory",
    id: "directory",
    path: "/srv/contract/data",
    owner: "contract",
    group: "contract",
    mode: "0750",
  },
  file("file", "/srv/contract/data/deep/down/file"),
  {
    kind: "template",
    id: "template",
    path: "/etc/contract.conf",
    owner: "root",
    group: "contract",
    mode: "0640",
    template: "name={{name}}\n",
    values: { name: "it's" },
  },
  { kind: "line", id: "line", path: "/etc/hosts", line: "10.77.77.77 contract", match: "[[:space:]]contract$" },
  {
    kind: "unit",
    id: "unit",
    name: "contract-idle.service",
    content:
      "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n",
    enabled: true,
    active: true,
  },
];

export function seen<T>(outcome: Outcome<Seen<T>>): Seen<T> {
  if (!outcome.ok) throw new Error(`${outcome.failure.code}: ${outcome.failure.what} ${outcome.failure.why ?? ""}`);
  return outcome.value;
}

export function value<T>(outcome: Outcome<Seen<T>>): T {
  return seen(outcome).value;
}

function bare<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(outcome.failure.what);
  return outcome.value;
}

/** `kind code` of a failure, "ok" for a success. */
export function code(outcome: Outcome<unknown>): string {
  return outcome.ok ? "ok" : `${outcome.failure.kind} ${outcome.failure.code}`;
}
