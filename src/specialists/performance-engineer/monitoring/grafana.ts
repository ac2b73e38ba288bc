import { readFile } from "node:fs/promises";
import type { Resource } from "../../../machines/resources.ts";
import { PLACES, PORTS } from "./places.ts";
import { file } from "./setting.ts";

const DASHBOARDS = ["fleet", "ship", "host", "slo"] as const;

/** Dashboards and how Grafana finds them and Prometheus; where there is a Grafana it is told where they lie. */
export async function grafanaFiles(installed: boolean): Promise<readonly Resource[]> {
  const { stringify } = await import("yaml");
  const source = {
    apiVersion: 1,
    datasources: [
      {
        name: "Prometheus",
        uid: "slipway",
        type: "prometheus",
        access: "proxy",
        url: `http://127.0.0.1:${PORTS.prometheus}`,
      },
    ],
  };
  const provider = {
    apiVersion: 1,
    providers: [
      { name: "slipway", type: "file", folder: "Slipway", options: { path: `${PLACES.grafana}/dashboards` } },
    ],
  };
  const root = installed ? "/etc/grafana/provisioning" : `${PLACES.grafana}/provisioning`;
  const files = await Promise.all(
    DASHBOARDS.map(async (name) => {
      const text = await readFile(new URL(`../../../knowledge/dashboards/${name}.json`, import.meta.url), "utf8");
      return file(`${PLACES.grafana}/dashboards/${name}.json`, text);
    }),
  );
  return [
    ...files,
    file(`${root}/datasources/slipway.yaml`, stringify(source)),
    file(`${root}/dashboards/slipway.yaml`, stringify(provider)),
  ];
}
