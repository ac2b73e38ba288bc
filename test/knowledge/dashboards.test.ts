import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dashboards } from "../../scripts/dashboards/all.ts";

const made = Object.entries(dashboards());

test.each(made)("the %s dashboard is the one its source makes", (name, dashboard) => {
  const file = new URL(`../../src/knowledge/dashboards/${name}.json`, import.meta.url);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(JSON.parse(JSON.stringify(dashboard)));
});

test.each(made)("the %s dashboard asks no other source than the Prometheus that Slipway sets up", (_, dashboard) => {
  const sources = [...JSON.stringify(dashboard).matchAll(/"datasource":(\{[^}]*\})/g)].map(([, source]) => source);
  expect(new Set(sources)).toEqual(new Set(['{"type":"prometheus","uid":"slipway"}']));
});
