import { visitWeb } from "../../../machines/web.ts";
import { HEALTH } from "./look.ts";
import type { Visits } from "./ships.ts";

/** How often a public address is asked. */
const ROUNDS = 60;

/** Public addresses of the ships that have a domain, by ship. */
export function addressesOf(
  ships: readonly { readonly name: string; readonly domain?: string | undefined }[],
): ReadonlyMap<string, string> {
  return new Map(ships.flatMap(({ name, domain }) => (domain === undefined ? [] : [[name, `https://${domain}`]])));
}

/** Visits each address from this machine, one after the other. */
export async function visitEach(urls: ReadonlyMap<string, string>): Promise<Visits> {
  const visits = [];
  for (const [ship, url] of urls) visits.push([ship, await visitWeb(url, HEALTH, ROUNDS)] as const);
  return new Map(visits);
}
