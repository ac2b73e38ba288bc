import { shellQuote } from "../../../base/quote.ts";
import type { Question } from "../../../machines/machine.ts";
import type { Proof } from "../hardening/control.ts";
import type { Site } from "./caddyfile.ts";
import { servedIn } from "./failures.ts";
import { sitePath, WEB } from "./places.ts";

const CHAIN = "a certificate for the name, with a chain that leads to a root, is served";
const PAGE = "the login page comes through, and tells browsers to stay with HTTPS";
const REDIRECT = "HTTP leads to HTTPS";
const OLD = "TLS 1.1 is refused";
const LOOPBACK = "the ship's own web port is bound to loopback";

export const PROOFS = [CHAIN, PAGE, REDIRECT, OLD, LOOPBACK] as const;

/** What is served under the name, what Caddy has logged about it since the site was written, and for how long that stands. */
export function stateQuestions(site: Site): readonly Question[] {
  const path = sitePath(site.ship.name);
  const names = [`"identifier":"${site.domain}"`, `[${site.domain}]`].map((name) => `-e ${shellQuote(name)}`).join(" ");
  return [
    served(site),
    {
      id: "log",
      command: `journalctl -q -o cat -u caddy.service --since "@$(stat -c %Y ${path})" _SYSTEMD_INVOCATION_ID="$(systemctl show -p InvocationID --value caddy.service)" |
grep -F ${names} | grep -E '"level":"error"' | tail -n 8; :`,
    },
    { id: "age", command: `echo $(($(date +%s) - $(stat -c %Y ${path})))` },
  ];
}

/** Each answer refutes or shows one thing that a visitor of the name would find. */
export function looks(site: Site): readonly Proof[] {
  const { domain, ship } = site;
  return [
    {
      check: CHAIN,
      question: served(site),
      refutes: ({ text }) => {
        const { code, why, until } = servedIn(text);
        if (code === null) return "no certificate is served";
        return code === 0 ? null : `${why} (until ${until})`;
      },
    },
    {
      check: PAGE,
      question: {
        id: "page",
        command: `printf ${shellQuote(get(domain, "/~/login"))} | timeout 10 openssl s_client -quiet ${door(domain)} 2>/dev/null | head -n 30`,
      },
      refutes: ({ text }) => {
        if (!/^HTTP\/1\.1 200/.test(text)) return text.split("\n")[0] || "no answer";
        return /^strict-transport-security: max-age=\d+/im.test(text) ? null : "no Strict-Transport-Security";
      },
    },
    {
      check: REDIRECT,
      question: {
        id: "redirect",
        command: `timeout 10 bash -c ${shellQuote(`exec 3<>/dev/tcp/127.0.0.1/80; printf ${shellQuote(get(domain, "/"))} >&3; cat <&3`)}`,
      },
      refutes: ({ text }) =>
        /^HTTP\/1\.1 308/.test(text) && text.toLowerCase().includes(`location: https://${domain}/`)
          ? null
          : text.split("\n")[0] || "no answer",
    },
    {
      check: OLD,
      question: {
        id: "old",
        command: `timeout 10 openssl s_client ${door(domain)} -tls1_1 -cipher DEFAULT@SECLEVEL=0 </dev/null 2>&1 | grep -E 'Cipher is|alert'`,
      },
      refutes: ({ text }) => (/Cipher is [A-Z]/.test(text.replace(/Cipher is \(NONE\)/g, "")) ? "it is spoken" : null),
    },
    {
      check: LOOPBACK,
      question: { id: "loopback", command: `ss -Hltn 'sport = :${ship.httpPort}' | awk '{ print $4 }'` },
      refutes: ({ text }) => text.split("\n").find((line) => line !== "" && !line.startsWith("127.")) ?? null,
    },
  ];
}

const door = (domain: string) => `-connect 127.0.0.1:443 -servername ${shellQuote(domain)}`;

function served({ domain, acme }: Site): Question {
  const roots = acme.roots === null ? "" : `-CAfile ${WEB.roots} `;
  return {
    id: "served",
    command: `seen=$(timeout 8 openssl s_client ${door(domain)} ${roots}-verify_hostname ${shellQuote(domain)} </dev/null 2>&1)
printf '%s\\n' "$seen" | grep -E 'Verify return code' | tail -n 1
printf '%s\\n' "$seen" | openssl x509 -noout -enddate -issuer -serial 2>/dev/null; :`,
  };
}

/** A request as printf spells it. */
function get(domain: string, path: string): string {
  return `GET ${path} HTTP/1.1\\r\\nHost: ${domain}\\r\\nConnection: close\\r\\n\\r\\n`;
}
