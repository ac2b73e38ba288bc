import { describe, expect, test } from "vitest";
import { FIRMS } from "../../src/knowledge/firms.ts";
import { BOOKS, exchange, isExpired, latestRate, priceOf, pricesOf, usdOf } from "../../src/knowledge/prices.ts";
import { shelvesFor } from "../../src/knowledge/shelves.ts";

const rows = BOOKS.flatMap((book) => pricesOf(book));

describe("the catalogue", () => {
  test("has 442 prices, each once", () => {
    expect(rows.length).toBe(442);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(442);
  });

  test("says how sure it is of each: three quarters are sourced, what nobody publishes is unknown", () => {
    const count = (confidence: string) => rows.filter((row) => row.confidence === confidence).length;
    expect([count("sourced"), count("recalled"), count("unknown")]).toEqual([335, 105, 2]);
    expect(rows.filter(({ confidence }) => confidence === "unknown").map(({ id }) => id)).toEqual([
      "urbit-redhorizon",
      "urbit-startram",
    ]);
  });

  test("dates every price, says where it comes from and until when it is good", () => {
    for (const row of rows) {
      expect([row.id, row.asOf]).toEqual([row.id, expect.stringMatching(/^20\d\d-\d\d$/)]);
      expect([row.id, row.expires > row.asOf]).toEqual([row.id, true]);
      expect([row.id, row.source === "", row.product === "", row.region === "", row.unit === ""]).toEqual([
        row.id,
        false,
        false,
        false,
        false,
      ]);
      expect([row.id, Number.isFinite(row.price) && row.price >= 0]).toEqual([row.id, true]);
      expect(["USD", "EUR"]).toContain(row.currency);
    }
  });

  test.each(rows.map(({ id }) => id).filter((_, index) => index % 40 === 0))("finds %s by its id", (id) => {
    expect(priceOf(id).id).toBe(id);
  });

  test("does not know what it does not have", () => {
    expect(() => priceOf("aws-free-lunch")).toThrow("the catalogue has no price aws-free-lunch");
  });

  test("takes a month as 730 hours, and euros at the latest dated rate", () => {
    expect(usdOf(priceOf("aws-eks-standard"))).toBeCloseTo(73);
    expect([latestRate().sku, exchange("EUR")]).toEqual(["2026-10-28", 1.1133]);
    expect(usdOf(priceOf("hetzner-cx23"))).toBeCloseTo(5.49 * 1.1133);
    expect(() => exchange("CHF")).toThrow("no rate for CHF");
  });

  test("gives what is recalled a range, and euros the swing of the year", () => {
    const ends = (id: string) =>
      [usdOf(priceOf(id), "low"), usdOf(priceOf(id), "high")].map((usd) => Math.round(usd * 100) / 100);
    expect(ends("do-s-2vcpu-4gb")).toEqual([24, 24]);
    expect(ends("linode-lke-ha")).toEqual([54, 75]);
    expect(ends("hetzner-cx23")).toEqual([6.11, 6.46]);
  });

  test("marks a price from the month it expires in", () => {
    const price = { expires: "2027-05" };
    expect([isExpired(price, "2027-04-30"), isExpired(price, "2027-05-01")]).toEqual([false, true]);
  });
});

describe("the shelves", () => {
  const everywhere = [
    null,
    "us-west-2",
    "us-east-1",
    "us-oregon",
    "eu-frankfurt",
    "eu",
    "ap-singapore",
    "uk-london",
    "sa-brazil",
  ];

  test.each(everywhere)("every price a bill can ask for in %s is in the catalogue", (region) => {
    for (const use of ["vps", "node", "dedicated"] as const) {
      for (const shelf of shelvesFor(use, region)) {
        expect(FIRMS[shelf.firm]).toBeDefined();
        expect(shelf.types.length).toBeGreaterThan(0);
        for (const machine of shelf.types)
          expect([machine.id, (machine.ramGiB ?? 0) > 0, machine.unit === "hour" || machine.unit === "month"]).toEqual([
            machine.id,
            true,
            true,
          ]);
      }
    }
  });

  test("hold no machine that cannot be had new, may vanish, or ships cannot be reached on", () => {
    const all = (["vps", "node", "dedicated"] as const)
      .flatMap((use) => shelvesFor(use, null))
      .flatMap(({ types }) => types);
    expect(all.filter(({ id }) => /legacy|spot|-v6-|hetzner-cx22$|2025-eur|free/.test(id))).toEqual([]);
  });

  test("have the firms that were promised, in Europe and in America", () => {
    for (const region of ["us", "eu"]) {
      const firms = new Set(shelvesFor("vps", region).map(({ firm }) => firm));
      for (const firm of ["aws", "digitalocean", "hetzner", "linode", "vultr", "ovh"])
        expect([region, firm, firms.has(firm)]).toEqual([region, firm, true]);
    }
  });

  test("know us-west-2 by its own prices", () => {
    expect(shelvesFor("node", "us-west-2").find(({ firm }) => firm === "aws")?.region).toBe("us-west-2");
    expect(shelvesFor("node", "us-virginia").find(({ firm }) => firm === "aws")?.region).toBe("us-east-1");
  });
});
