import { writeFile } from "node:fs/promises";
import { dashboards } from "./dashboards/all.ts";

/** Writes the dashboards that are shipped: `npm run docs` calls it, and a test holds them against it. */
for (const [name, dashboard] of Object.entries(dashboards())) {
  const file = new URL(`../src/knowledge/dashboards/${name}.json`, import.meta.url);
  await writeFile(file, `${JSON.stringify(dashboard, null, 2)}\n`);
}
