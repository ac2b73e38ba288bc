import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Lab, startLab } from "../../lab/hosts/lab.ts";
import { isAlive, type ProcessId, signal } from "../../src/base/processes.ts";
import { compileBatch } from "../../src/machines/host/compile.ts";
import type { HostConnection } from "../../src/machines/host/connection.ts";
import { createHostMachine } from "../../src/machines/host/machine.ts";
import { connect } from "../../src/machines/host/transport.ts";
import type { ConvergeRequest } from "../../src/machines/machine.ts";
import type { ShipOperations } from "../../src/machines/ships.ts";
import { webName } from "./ask.ts";
import { bodies, fingerprint, openSite, planOf, type Site, stepsOf, until } from "./site.ts";

/** A launch on real hosts whose worker and engine are killed, and whose user goes away. Root only. */
const SENTENCE = "Deploy 2 fake ships to dev and production on my own servers with standard hardening";
const HOSTS = ["alder", "birch"] as const;
const SHIPS = ["~zod", "~nec"] as const;
const KILLS = 5;

/** Give the seed that was printed to see the same kills again. */
const seed = Number(process.env.SLIPWAY_SEED ?? Date.now() % 1_000_000);
let random = seed;
/** In [0, below): a small linear congruential generator, enough to choose moments. */
function draw(below: number): number {
  random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((random / 2 ** 32) * below);
}

let lab: Lab;
let site: Site;
let found: readonly Readonly<Record<string, string>>[];

beforeAll(async () => {
  lab = await startLab({ hosts: HOSTS });
  site = await openSite(lab);
  await site.own(...HOSTS);
  found = await states();
}, 300_000);

afterAll(async () => {
  await site?.down();
  await lab?.down();
}, 120_000);

const states = () => Promise.all(HOSTS.map((host) => fingerprint(lab, host)));
/** Every step of the newest run's plan. */
const steps = () => planOf(site).phases.flatMap((phase) => phase.steps.map(({ id }) => id));
const stepsDone = () => bodies(site.evidence(), "step-done").length;

async function kill(victim: "worker" | "engine"): Promise<void> {
  let id: ProcessId | null = null;
  await until(() => {
    id = JSON.parse(readFileSync(join(site.home, `${victim}.pid`), "utf8")) as ProcessId;
    return isAlive(id);
  }, `the ${victim} to be alive`);
  if (id !== null) signal(id, "SIGKILL");
}

/** Lines of a unit's journal since the host came up. */
const count = (host: string, unit: string, line: string) =>
  Number(lab.exec(host, `journalctl -q -o cat -u ${unit} | grep -c '${line}'`).stdout);

describe(`five kills at random moments (SLIPWAY_SEED=${seed})`, () => {
  test("end in the same ships, each step applied once", async () => {
    const moments = Array.from({ length: KILLS }, () => draw(100)).sort((a, b) => a - b);
    const launch = site.begin("launch", SENTENCE, "--yes");
    let over = false;
    void launch.ended.then(() => {
      over = true;
    });
    const told: string[] = [];
    for (const [index, moment] of moments.entries()) {
      const reached = () => site.evidence().length > 0 && stepsDone() >= (steps().length * moment) / 100;
      await until(() => over || reached(), `${moment} % of the steps`, 3_000);
      await new Promise((resolve) => setTimeout(resolve, draw(1_500)));
      const victim = draw(2) === 0 ? "worker" : "engine";
      told.push(`${index + 1}: ${victim} after ${stepsDone()} steps`);
      if (over) break;
      await kill(victim);
    }
    console.log(`SLIPWAY_SEED=${seed} ${told.join(", ")}`);
    const { exit, out, err } = await launch.ended;
    expect({ exit, err }, out.slice(-1_500)).toEqual({ exit: 0, err: "" });
    expect(out).toContain("# Deployment Complete: 2 Urbit ships on bare-metal");
    expect((await site.slipway("verify", "last")).exit).toBe(0);

    expect(stepsOf(site.evidence())).toEqual([...steps()].sort());
    expect(bodies(site.evidence(), "step-failed")).toEqual([]);
    for (const [index, host] of HOSTS.entries()) {
      const bare = SHIPS[index]?.slice(1) ?? "";
      expect(count(host, `slipway-boot-${bare}`, "^Started "), `${bare} was booted once`).toBe(1);
      // Once by its unit, and once more where its sandbox was put on.
      const starts = steps().filter((id) => /\/(unit|sandbox)\//.test(id) && id.endsWith(`~${bare}`)).length;
      expect(count(host, `urbit-${bare}`, "^pier (.*): live"), `starts of ${bare}`).toBe(starts);
      expect(webName(lab, host, `~${bare}`, 8080)).toBe(`~${bare}`);
    }
  }, 400_000);

  test("leave nothing for the same plan to do, carried out while its user goes away again and again", async () => {
    const before = site.run();
    const ways = [
      ["SIGINT", ["launch", SENTENCE, "--yes"]],
      ["SIGTERM", ["watch", "last"]],
      ["SIGHUP", ["watch"]],
    ] as const;
    for (const [index, [name, argv]] of ways.entries()) {
      const { child, ended } = site.begin(...argv);
      await until(() => site.run() !== before && stepsDone() > 3 * (index + 1), "the run under way", 1_200);
      child.kill(name);
      const run = site.run();
      expect(await ended).toMatchObject({
        exit: 130,
        err: expect.stringMatching(
          new RegExp(`^\nthe run goes on.*: slipway watch ${run}, stop it: slipway pause ${run}\n$`),
        ),
      });
    }
    expect(await site.slipway("watch", "last")).toMatchObject({ exit: 0, err: "" });
    expect(stepsOf(site.evidence())).toEqual([...steps()].sort());
    const changed = bodies(site.evidence(), "step-done").filter(({ unchanged }) => !unchanged);
    expect(changed.map(({ step }) => step)).toEqual([]);
  }, 240_000);

  test("leave hosts that can still be put back as they were found", async () => {
    for (const run of [...site.runs()].reverse()) {
      expect((await site.slipway("rollback", run, "--by", "ada")).exit).toBe(0);
      const watched = await site.slipway("watch", run);
      expect(watched.out.split("\n")).toContain("# Deployment Rolled back: 2 Urbit ships on bare-metal");
    }
    expect(await states()).toEqual(found);
  }, 240_000);
});

describe("a batch that its worker did not live to confirm", () => {
  const SECONDS = 5;
  const request = (batch: string): ConvergeRequest => ({
    batch,
    resources: [
      {
        kind: "file",
        id: "file",
        path: "/etc/slip.conf",
        content: "here\n",
        owner: "root",
        group: "root",
        mode: "0644",
      },
    ],
    dryRun: false,
    revertAfterSeconds: SECONDS,
  });
  const begun = (connection: HostConnection, batch: string) => {
    const compiled = compileBatch(request(batch));
    if (!compiled.ok) throw new Error(compiled.failure.what);
    return connection.run(compiled.value.program);
  };
  const content = () => lab.exec("alder", "cat /etc/slip.conf").stdout;
  const reverts = () => lab.exec("alder", "systemctl list-units --all --plain --no-legend 'slipway-revert-*'").stdout;

  test.each([
    ["is confirmed by the next attempt, which finds nothing to change", "same", 0],
    ["is taken back before another batch looks", "other", 1],
  ])(
    "%s",
    async (_, second, changed) => {
      const target = { name: "alder", address: "alder" };
      const connection = connect(target, { sshConfig: lab.sshConfig });
      const machine = createHostMachine(target, { connection, ships: () => ({}) as ShipOperations });
      try {
        expect((await begun(connection, "same")).ok).toBe(true);
        const again = await machine.converge(request(second));
        expect(again).toMatchObject({ ok: true, value: { value: { changed, failed: 0 } } });
        expect(reverts()).toBe("");
        await new Promise((resolve) => setTimeout(resolve, (SECONDS + 1) * 1_000));
        expect(content()).toBe("here\n");
        expect(await machine.undo(second)).toMatchObject({ ok: true, value: { value: { failed: 0 } } });
        expect(content()).toBe("");
      } finally {
        await machine.close();
      }
    },
    60_000,
  );
});
