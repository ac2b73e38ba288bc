import { createHash } from "node:crypto";

/** Where monitoring lies on a host, and the ports it answers on: loopback alone, every one of them. */
export const PORTS = { agent: 9633, node: 9100, prometheus: 9090, alertmanager: 9093, blackbox: 9115 } as const;

export const PLACES = {
  agentDirectory: "/opt/slipway/agent",
  agentFile: "/opt/slipway/agent/agent.cjs",
  /** Each backup notes its end here: a file named as the ship, with a Unix time in it. */
  backups: "/var/lib/slipway-agent/backups",
  config: "/etc/slipway/monitoring",
  prometheus: "/etc/slipway/monitoring/prometheus",
  rules: "/etc/slipway/monitoring/prometheus/rules",
  targets: "/etc/slipway/monitoring/prometheus/targets",
  alertmanager: "/etc/slipway/monitoring/alertmanager/alertmanager.yml",
  blackbox: "/etc/slipway/monitoring/blackbox/blackbox.yml",
  grafana: "/etc/slipway/monitoring/grafana",
  logs: "/etc/slipway/monitoring/logs",
  scrapeHome: "/var/lib/slipway-scrape",
  /** Of systemd's making, so that the account can be taken back before the key is. */
  scrapeKey: "/var/lib/slipway-scrape-key/id_ed25519",
  knownHosts: "/etc/slipway/monitoring/known_hosts",
} as const;

/** The account that carries measurements between hosts: no shell, and on ship hosts a key that may do nothing else. */
export const SCRAPER = "slipway-scrape";

/**
 * The loopback address under which the monitoring host reaches a ship host through its tunnel: made from the name, so
 * that adding a host moves no other, and the ports stay the ones a person knows.
 */
export function loopbackOf(host: string): string {
  const digest = createHash("sha256").update(host).digest();
  const byte = (at: number) => 1 + ((digest[at] ?? 0) % 254);
  return `127.${byte(0)}.${byte(1)}.${byte(2)}`;
}
