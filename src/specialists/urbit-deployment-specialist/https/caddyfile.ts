import type { Acme, ShipTarget } from "../../../plan/schema.ts";
import { SANDBOX } from "../../performance-engineer/monitoring/units.ts";
import { LOGIN } from "./login-limit.ts";
import { WEB } from "./places.ts";

/** Half a year: browsers hold the name to HTTPS for so long, even after HTTPS is taken away. */
const HSTS_SECONDS = 15_768_000;

/**
 * What holds for every site. No timeout ends a response: an event stream lasts as long as its page is open. A reload ends
 * streams after a moment; a ship's page then comes back and is sent what it has not acknowledged.
 */
export function frontCaddyfile(): string {
  return `# Written by Slipway.
{
	admin unix/${WEB.socket}
	grace_period 3s
	servers {
		protocols h1 h2
		timeouts {
			read_header 10s
			idle 5m
		}
	}
}

import ${WEB.sites}/*.caddy
`;
}

export interface Site {
  readonly domain: string;
  readonly ship: Pick<ShipTarget, "name" | "httpPort">;
  readonly acme: Acme;
}

/**
 * One ship's site. Size and rate are limited at the login and nowhere else: uploads and channels are a ship's daily work.
 * A body
 * that does not say its length is cut off where Caddy's own limit ends. Only logins are logged; they are counted by that. A visitor's own Forwarded header is never passed on.
 */
export function siteCaddyfile({ domain, ship, acme }: Site): string {
  const issuer = [
    `dir ${acme.directory}`,
    ...(acme.email === null ? [] : [`email ${acme.email}`]),
    ...(acme.roots === null ? [] : [`trusted_roots ${WEB.roots}`]),
  ];
  return `# Written by Slipway: ${ship.name}
${domain} {
	tls {
		protocols tls1.2 tls1.3
		issuer acme {
			${issuer.join("\n\t\t\t")}
		}
	}
	header Strict-Transport-Security max-age=${HSTS_SECONDS}
	log
	@others not path ${LOGIN.path}
	skip_log @others
	@login path ${LOGIN.path}
	request_body @login {
		max_size ${LOGIN.bytes}
	}
	@big {
		path ${LOGIN.path}
		header_regexp Content-Length ^([5-9][0-9]{3}|[0-9]{5,})$
	}
	handle @big {
		respond "This is no login." 413
	}
	@waiting {
		method POST
		path ${LOGIN.path}
		file {
			root ${WEB.waiting}
			try_files {http.request.remote.host}
		}
	}
	handle @waiting {
		header Retry-After ${LOGIN.waitSeconds}
		respond "Too many logins from this address: try again later." 429
	}
	handle {
		reverse_proxy 127.0.0.1:${ship.httpPort} {
			flush_interval -1
			header_up Forwarded proto=https
			transport http {
				dial_timeout 10s
				response_header_timeout 10m
			}
		}
	}
}
`;
}

/** Debian's unit with Slipway's configuration, closed in. It is there before the package comes, whose welcome page is never served. */
export function caddyDropIn(): string {
  return `# Written by Slipway.
[Service]
ExecStart=
ExecStart=/usr/bin/caddy run --config ${WEB.caddyfile}
ExecReload=
ExecReload=/usr/bin/caddy reload --config ${WEB.caddyfile} --force
Restart=on-failure
RestartSec=2
StateDirectory=slipway-https
StateDirectoryMode=0700
RuntimeDirectory=slipway-https
RuntimeDirectoryMode=0700
Environment=XDG_DATA_HOME=${WEB.state} XDG_CONFIG_HOME=${WEB.state}
CapabilityBoundingSet=CAP_NET_BIND_SERVICE
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
${SANDBOX}
`;
}
