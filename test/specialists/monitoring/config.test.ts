import { describe, expect, test } from "vitest";
import type { Monitor, ShipTarget } from "../../../src/plan/schema.ts";
import {
  alertmanagerConfig,
  secretsOf,
  targetFiles,
} from "../../../src/specialists/performance-engineer/monitoring/config.ts";
import { fleetQuestions, readFleet } from "../../../src/specialists/performance-engineer/monitoring/fleet.ts";
import { loopbackOf } from "../../../src/specialists/performance-engineer/monitoring/places.ts";
import { scraperKey } from "../../../src/specialists/performance-engineer/monitoring/scrape-door.ts";
import {
  agentUnit,
  alertmanagerUnit,
  tunnelUnit,
} from "../../../src/specialists/performance-engineer/monitoring/units.ts";

const ZOD: ShipTarget = {
  name: "~zod",
  fake: true,
  environment: "production",
  host: "alder",
  amesPort: 34_540,
  httpPort: 8080,
  loom: 31,
  keyRef: null,
};
const MONITOR: Monitor = {
  host: "cedar",
  retentionDays: 90,
  pace: 1,
  receivers: [
    { kind: "webhook", url: "https://example.org/a", secretFile: "/root/token", readBack: null },
    { kind: "pagerduty", url: null, secretFile: "/root/pagerduty", readBack: null },
    {
      kind: "email",
      to: "ada@example.org",
      from: "s@example.org",
      smarthost: "mail:25",
      user: null,
      secretFile: null,
      readBack: null,
    },
  ],
};

describe("the private path", () => {
  test("the scraper's key opens the exporters and the page a ship shows to strangers, and nothing else", () => {
    expect(scraperKey("ssh-ed25519 AAAA scraper", [ZOD])).toBe(
      'restrict,port-forwarding,command="/usr/sbin/nologin",permitopen="127.0.0.1:9633",permitopen="127.0.0.1:9100",permitopen="127.0.0.1:8080" ssh-ed25519 AAAA scraper\n',
    );
  });

  test("the tunnel trusts the pinned key of its host alone", () => {
    const unit = tunnelUnit({ host: "alder", address: "10.0.0.1", sshPort: 2222, ports: [9633] });
    expect(unit).toContain("StrictHostKeyChecking=yes");
    expect(unit).toContain("UserKnownHostsFile=/etc/slipway/monitoring/known_hosts.d/alder");
    expect(unit).toContain(`-L ${loopbackOf("alder")}:9633:127.0.0.1:9633 -p 2222 slipway-scrape@10.0.0.1`);
  });

  test("a host keeps its address whatever other hosts there are, and no two share one", () => {
    const names = Array.from({ length: 300 }, (_, at) => `host-${at}`);
    expect(new Set(names.map(loopbackOf)).size).toBe(names.length);
    expect(names.every((name) => /^127\.([1-9]\d?|1\d\d|2[0-4]\d|25[0-4])\./.test(loopbackOf(name)))).toBe(true);
  });

  test("the monitoring host itself needs no tunnel", () => {
    const there = targetFiles({ host: "cedar", address: "127.0.0.1", ships: [ZOD], https: false, itself: true });
    expect(JSON.stringify([...there.values()])).not.toMatch(/127\.(?!0\.0\.1)/);
  });
});

describe("certificates", () => {
  const targets = (ships: readonly ShipTarget[], https: boolean) =>
    targetFiles({ host: "alder", address: "10.0.0.1", ships, https, itself: false }).get("certificate");

  test("are looked at by the names ships are served under: by address a server of several shows none", () => {
    expect(targets([ZOD, { ...ZOD, name: "~nec", domain: "nec.example.org" }], true)).toEqual([
      { targets: ["nec.example.org:443"], labels: { host: "alder", ship: "~nec" } },
    ]);
  });

  test("of somebody else's web server are looked at by address, and where there is none nothing is", () => {
    expect(targets([ZOD], true)).toEqual([{ targets: ["10.0.0.1:443"], labels: { host: "alder" } }]);
    expect(targets([ZOD], false)).toEqual([]);
  });
});

describe("receivers", () => {
  test("get their secrets as credentials of the daemon: no value and no file of root's stands in the configuration", () => {
    const text = JSON.stringify(alertmanagerConfig(MONITOR));
    expect(text).toContain('"routing_key_file":"/run/credentials/slipway-alertmanager.service/pagerduty-1"');
    expect(text).not.toContain("/root/");
    expect(alertmanagerUnit(secretsOf(MONITOR.receivers))).toContain("LoadCredential=webhook-0:/root/token\n");
  });
});

test("systemd ends the agent alone: the processes that hold a ship's connection read to the end", () => {
  expect(agentUnit("/usr/bin/node", "0")).toMatch(/\nKillMode=process\nOOMPolicy=continue\n/);
});

describe("the fleet", () => {
  const answer = (result: readonly object[]) => ({
    exit: 0,
    text: JSON.stringify({ status: "success", data: { result } }),
  });

  test("is what Prometheus knows; what it does not know is null, never 0", () => {
    const none = Object.fromEntries(fleetQuestions().map(({ id }) => [id, answer([])]));
    const labels = { ship: "~zod", host: "alder" };
    const read = readFleet({
      ...none,
      up: answer([{ metric: labels, value: [1, "0"] }]),
      alerts: answer([{ metric: { ...labels, alertname: "ShipDown" }, value: [1, "1"] }]),
    });
    expect(read).toMatchObject({
      ok: true,
      value: { ships: [{ ship: "~zod", host: "alder", up: 0, events: null }], alerts: ["ShipDown ~zod"] },
    });
  });

  test("is not made up where Prometheus does not answer", () => {
    expect(readFleet({})).toMatchObject({ ok: false, failure: { code: "prometheus-silent" } });
  });
});
