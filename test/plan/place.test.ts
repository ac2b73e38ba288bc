import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { place } from "../../src/plan/place.ts";
import type { Site } from "../../src/plan/site.ts";
import type { Wanted } from "../../src/plan/wanted.ts";
import { anyBrief, anySite, planBrief, siteOf } from "./ground.ts";

const GIB = 1024 ** 3;
const wanted = (count: number, fake = true): readonly Wanted[] =>
  Array.from({ length: count }, (_, index) => ({ name: `~s${index + 1}`, fake, environment: "production" }));
const sized = (ram: number, disk: number) => ({ ramBytes: ram * GIB, swapBytes: 0, diskFreeBytes: disk * GIB });

/** How many ships each host got. */
function spread(ships: readonly { readonly host: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { host } of ships) counts[host] = (counts[host] ?? 0) + 1;
  return counts;
}

function withSizes(site: Site, ...sizes: readonly ReturnType<typeof sized>[]): Site {
  return { ...site, hosts: site.hosts.map((host, index) => ({ ...host, capacity: sizes[index] ?? null })) };
}

describe("the place of ships", () => {
  test.each([
    [5, { a: 2, b: 2, c: 1 }],
    [7, { a: 3, b: 2, c: 2 }],
    [3, { a: 1, b: 1, c: 1 }],
    [2, { a: 1, b: 1 }],
  ])("shares %i ships out evenly over hosts nobody has looked at", (count, expected) => {
    expect(spread(place(wanted(count), "bare-metal", siteOf("a", "b", "c")).ships)).toEqual(expected);
  });

  test("keeps to what each host has room for, with room to grow", () => {
    // Four fifths of 64 GiB hold seventeen live ships of 3 GiB; of 8 GiB, two.
    const site = withSizes(siteOf("big", "small"), sized(64, 2_000), sized(8, 2_000));
    expect(spread(place(wanted(12, false), "bare-metal", site).ships)).toEqual({ big: 10, small: 2 });
  });

  test("fills hosts to their floor before it asks for another", () => {
    const site = withSizes(siteOf("small"), sized(8, 100));
    expect(spread(place(wanted(6, false), "bare-metal", site).ships)).toEqual({ small: 6 });
    const { hosts, ships } = place(wanted(14, false), "bare-metal", site);
    expect(spread(ships)).toEqual({ small: 8, "host-1": 6 });
    expect(hosts.at(-1)).toEqual({ name: "host-1", address: "unassigned" });
  });

  test("counts the ships of other plans that live on a host", () => {
    const site = {
      ...withSizes(siteOf("small"), sized(4, 100)),
      placed: { "~old": { host: "small", amesPort: 34_540, httpPort: 8_080, fake: false } },
    };
    expect(spread(place(wanted(4, false), "bare-metal", site).ships)).toEqual({ small: 3, "host-1": 1 });
  });

  test("gives a galaxy the one Ames port the network looks for it at, and a fake one any", () => {
    const galaxy = (fake: boolean) => [{ name: "~bus", fake, environment: "production" as const }];
    expect(place(galaxy(false), "bare-metal", siteOf("a")).ships[0]).toMatchObject({
      amesPort: 13_519,
      httpPort: 8_080,
    });
    expect(place(galaxy(true), "bare-metal", siteOf("a")).ships[0]).toMatchObject({
      amesPort: 34_540,
      httpPort: 8_080,
    });
  });

  test("leaves a ship where it is, with its ports, and gives them to nobody else", () => {
    const site = {
      ...siteOf("a", "b"),
      placed: { "~s2": { host: "b", amesPort: 34_541, httpPort: 8_081, fake: true } },
    };
    const { ships } = place(wanted(4), "bare-metal", site);
    expect(ships[1]).toMatchObject({ name: "~s2", host: "b", amesPort: 34_541, httpPort: 8_081 });
    expect(ships.filter(({ host }) => host === "b").map(({ amesPort }) => amesPort)).toEqual([34_541, 34_540]);
  });

  test("never puts a cluster's ships on hosts of the inventory", () => {
    expect(place(wanted(25), "kubernetes", siteOf("alder")).hosts.map(({ name }) => name)).toEqual([
      "node-1",
      "node-2",
      "node-3",
    ]);
  });

  test("names an assumed host as nobody is named yet", () => {
    const full = withSizes(siteOf("host-1"), sized(1, 1));
    expect(place(wanted(1, false), "bare-metal", full).hosts).toEqual([{ name: "host-2", address: "unassigned" }]);
  });

  test("is one per ship, with ports no other ship of the host has, on a host of the plan", () => {
    fc.assert(
      fc.property(anyBrief, anySite, (brief, site) => {
        const { hosts, ships } = planBrief(brief, site);
        const names = new Set(hosts.map(({ name }) => name));
        const taken = ships.flatMap(({ host, amesPort, httpPort }) => [
          `${host} udp ${amesPort}`,
          `${host} tcp ${httpPort}`,
        ]);
        expect(ships.filter(({ host }) => !names.has(host))).toEqual([]);
        expect(new Set(taken).size).toBe(taken.length);
        expect(new Set(ships.map(({ name }) => name)).size).toBe(ships.length);
      }),
      { numRuns: 150 },
    );
  });
});
