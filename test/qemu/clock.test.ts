import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installPackages } from "../../lab/hosts/packages.ts";
import { freeTcp } from "../../lab/ports.ts";
import type { Guest } from "../../lab/qemu/guest.ts";
import { startGuest } from "../../lab/qemu/lab.ts";
import { alertFile } from "../../src/specialists/performance-engineer/monitoring/rules.ts";

/**
 * A clock that really goes wrong, on a machine with a clock of its own: node_exporter there, Prometheus and Alertmanager
 * here, our own rules at a drill's pace. Root only.
 */
const PACE = 1_000;
const MINUTE = 60_000;
const PACKAGES = ["prometheus", "prometheus-alertmanager", "prometheus-node-exporter"];
const EXPORTER = "/usr/bin/prometheus-node-exporter";

let guest: Guest & { down(): Promise<void> };
let folder: string;
let prometheus: number;
let alertmanager: number;
const children: ChildProcess[] = [];

beforeAll(async () => {
  installPackages(PACKAGES);
  guest = await startGuest();
  folder = mkdtempSync(join(tmpdir(), "slipway-clock-"));
  execFileSync("scp", ["-q", "-F", guest.sshConfig, EXPORTER, "alder:/root/node-exporter"]);
  guest.exec("systemd-run -q --unit=node-exporter /root/node-exporter --web.listen-address=127.0.0.1:9100");
  const tunnel = await freeTcp();
  [prometheus, alertmanager] = [await freeTcp(), await freeTcp()];
  const at = (name: string, content: object) => {
    writeFileSync(join(folder, name), JSON.stringify(content));
    return join(folder, name);
  };
  start("ssh", ["-F", guest.sshConfig, "-N", "-L", `127.0.0.1:${tunnel}:127.0.0.1:9100`, "alder"]);
  start("prometheus-alertmanager", [
    `--config.file=${at("alertmanager.yml", { route: { receiver: "none" }, receivers: [{ name: "none" }] })}`,
    `--storage.path=${join(folder, "alertmanager")}`,
    `--web.listen-address=127.0.0.1:${alertmanager}`,
    "--cluster.listen-address=",
  ]);
  const config = {
    global: { scrape_interval: "2s", evaluation_interval: "2s" },
    rule_files: [at("alerts.yml", alertFile(PACE))],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alertmanager}`] }] }] },
    scrape_configs: [
      { job_name: "node", static_configs: [{ targets: [`127.0.0.1:${tunnel}`], labels: { host: "alder" } }] },
    ],
  };
  start("prometheus", [
    `--config.file=${at("prometheus.yml", config)}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${prometheus}`,
  ]);
}, 10 * MINUTE);

afterAll(async () => {
  for (const child of children) child.kill("SIGTERM");
  await guest?.down();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}, MINUTE);

function start(program: string, argv: readonly string[]): void {
  children.push(spawn(program, argv, { stdio: "ignore" }));
}

/** Sets the guest's clock so many seconds off the one here. */
const setClock = (off: number) => guest.exec(`date -u -s @${Math.floor(Date.now() / 1_000) + off}`);

async function json(url: string): Promise<unknown> {
  try {
    return await (await fetch(url)).json();
  } catch {
    return null;
  }
}

async function firing(): Promise<readonly string[]> {
  const query = encodeURIComponent('ALERTS{alertname="ClockSkew",alertstate="firing"}');
  const found = (await json(`http://127.0.0.1:${prometheus}/api/v1/query?query=${query}`)) as {
    data?: { result: { metric: { host: string } }[] };
  } | null;
  return found?.data?.result.map(({ metric }) => metric.host) ?? [];
}

/** What Alertmanager holds of it, as a person would be told it. */
async function told(): Promise<readonly string[]> {
  const found = (await json(`http://127.0.0.1:${alertmanager}/api/v2/alerts?filter=alertname=ClockSkew`)) as
    | { annotations: { summary: string } }[]
    | null;
  return found?.map(({ annotations }) => annotations.summary) ?? [];
}

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 240; tries += 1) {
    if (await holds()) return;
    await new Promise((later) => setTimeout(later, 500));
  }
  throw new Error(`never: ${what}`);
}

test(
  "ClockSkew fires when a host's clock goes wrong, is told, and resolves when it is put right",
  async () => {
    setClock(0);
    const scraped = encodeURIComponent('abs(timestamp(node_time_seconds{job="node"}) - node_time_seconds) < 5');
    await until(
      async () =>
        JSON.stringify(await json(`http://127.0.0.1:${prometheus}/api/v1/query?query=${scraped}`)).includes("alder"),
      "the clock is right, and seen to be",
    );
    expect(await firing()).toEqual([]);

    setClock(600);
    await until(async () => (await firing()).includes("alder"), "it fires");
    await until(async () => (await told()).length === 1, "it is told");
    expect(await told()).toEqual([expect.stringMatching(/^The clock of alder is (9m|10m) .* off\.$/)]);

    setClock(0);
    await until(async () => (await firing()).length === 0, "it resolves");
    await until(async () => (await told()).length === 0, "its end is told");
  },
  5 * MINUTE,
);
