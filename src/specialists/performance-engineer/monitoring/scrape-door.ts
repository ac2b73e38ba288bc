import type { ShipTarget } from "../../../plan/schema.ts";
import type { Visitor } from "./door.ts";
import { PLACES, PORTS, SCRAPER } from "./places.ts";

/** Ports of the host's loopback that the scraper may reach: the exporters, and the page each ship serves to strangers. */
export function scraperPorts(ships: readonly ShipTarget[]): readonly number[] {
  return [PORTS.agent, PORTS.node, ...ships.map(({ httpPort }) => httpPort)];
}

/** One line of authorized_keys: this key opens those ports from here, and does nothing else whatever. */
export function scraperKey(publicKey: string, ships: readonly ShipTarget[]): string {
  const open = scraperPorts(ships).map((port) => `permitopen="127.0.0.1:${port}"`);
  return `restrict,port-forwarding,command="/usr/sbin/nologin",${open.join(",")} ${publicKey}\n`;
}

/** Who carries measurements from the ships' hosts. */
export const SCRAPE: Visitor = {
  name: SCRAPER,
  home: PLACES.scrapeHome,
  keyFile: PLACES.scrapeKey,
  shell: "/usr/sbin/nologin",
  batch: "scrape-door",
  list: "/etc/ssh/sshd_config.d/11-slipway-scrape.conf",
  line: scraperKey,
  resources: [],
  after: [],
};
