/** Where the web server in front of the ships lies on a host. Caddy is Debian's; its own Caddyfile is left alone. */
export const WEB = {
  dropIn: "/etc/systemd/system/caddy.service.d/50-slipway.conf",
  config: "/etc/caddy/slipway",
  caddyfile: "/etc/caddy/slipway/Caddyfile",
  sites: "/etc/caddy/slipway/sites",
  /** Certificates the ACME server is known by, where it is not one of the public ones. */
  roots: "/etc/caddy/slipway/acme-roots.pem",
  /** Keys, certificates and the ACME account, of systemd's making. */
  state: "/var/lib/slipway-https",
  socket: "/run/slipway-https/admin.sock",
  /** One empty file for each address that has to wait before it may log in again. */
  waiting: "/run/slipway-login",
} as const;

/** The file of one ship's site. */
export const sitePath = (ship: string): string => `${WEB.sites}/${ship.slice(1)}.caddy`;
