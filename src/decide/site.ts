/** What the decision knows of the hosts a user has. */
export interface SiteView {
  /** Hosts in the inventory, by what the user said they are. */
  readonly hosts: readonly ("bare-metal" | "vps" | "unknown")[];
  /** YYYY-MM-DD: prices past their expiry are marked. Left out, none is; no choice depends on it. */
  readonly today?: string;
  /** Ships whose keyfile was named already. */
  readonly keys?: number;
}
