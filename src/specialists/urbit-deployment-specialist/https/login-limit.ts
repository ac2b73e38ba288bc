import type { Resource } from "../../../machines/resources.ts";
import { file } from "../hardening/control.ts";
import { WEB } from "./places.ts";

/** What a login may be: a code of 27 letters in a form, at a person's pace. */
export const LOGIN = { path: "/~/login", bytes: "4KB", tries: 10, withinSeconds: 60, waitSeconds: 600 } as const;

export const LOGIN_JAIL = "slipway-login";

/**
 * fail2ban counts logins in Caddy's log and marks an address by a file, which Caddy looks for. So the address loses its
 * logins for a while and nothing else: its pages and event streams go on.
 */
export function loginLimit(): readonly Resource[] {
  return [
    file(`/etc/fail2ban/filter.d/${LOGIN_JAIL}.conf`, "0644", FILTER),
    file(`/etc/fail2ban/action.d/${LOGIN_JAIL}.conf`, "0644", ACTION),
    file(`/etc/fail2ban/jail.d/${LOGIN_JAIL}.local`, "0644", JAIL),
  ];
}

/** Caddy's JSON escapes quotes inside values, so a visitor cannot write what looks like the log's own. */
const FILTER = `# Written by Slipway.
[Definition]
failregex = "msg":"handled request","request":\\{"remote_ip":"<ADDR>",.*"method":"POST",.*"uri":"/~/login[?"]
journalmatch = _SYSTEMD_UNIT=caddy.service
`;

const ACTION = `# Written by Slipway.
[Definition]
actionstart = mkdir -p -m 0755 ${WEB.waiting}
actionstop = rm -rf ${WEB.waiting}
actionban = : > "${WEB.waiting}/<ip>"
actionunban = rm -f "${WEB.waiting}/<ip>"
`;

const JAIL = `# Written by Slipway.
[${LOGIN_JAIL}]
enabled = true
backend = systemd
filter = ${LOGIN_JAIL}
action = ${LOGIN_JAIL}
maxretry = ${LOGIN.tries}
findtime = ${LOGIN.withinSeconds}
bantime = ${LOGIN.waitSeconds}
bantime.increment = false
`;
