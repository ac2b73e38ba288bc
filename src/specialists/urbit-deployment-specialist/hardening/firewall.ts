import type { Resource } from "../../../machines/resources.ts";
import { WEB } from "../https/places.ts";
import { type Control, type HostView, lines, packageOf, said } from "./control.ts";

/** New SSH connections a minute from one source, and how many at once: far above what people and Slipway need. */
const SSH_RATE = { perMinute: 30, burst: 40 } as const;

/** From here on a program's UDP socket is some client's, not a service. The kernel's own (WireGuard) are services. */
const FIRST_EPHEMERAL = 32_768;

/** Sockets that answer from outside: protocol, port and the program behind. Loopback and link-local ones do not. */
const LISTENERS = `ss -Hltunp 2>/dev/null | awk '{
  address = $5; sub(/:[0-9]+$/, "", address); port = $5; sub(/.*:/, "", port)
  if (address ~ /^(127\\.|\\[::1\\]|\\[fe80)/ || address ~ /%lo$/) next
  program = "kernel"; if (match($0, /\\(\\("[^"]+"/)) program = substr($0, RSTART + 3, RLENGTH - 4)
  print $1, port, program
}' | sort -u`;

/** Inbound denied but for SSH, the ships' ports, and services that were here before us; new SSH connections are counted. */
export const firewall: Control = {
  name: "firewall, inbound denied by default",
  level: "basic",
  essential: true,
  questions: [
    { id: "firewall.listeners", command: LISTENERS },
    { id: "firewall.web", command: `test -f ${WEB.dropIn} && echo ours` },
  ],
  wish: (view) => {
    const ufw = view.facts.firewall === "ufw";
    const found = foreignListeners(view);
    return {
      resources: [
        ...(ufw ? [] : [packageOf("nftables")]),
        { kind: "firewall", id: "firewall", inbound: "deny" },
        ...view.ships.map((ship) => rule("udp", ship.amesPort, `Ames of ${ship.name}`)),
        ...found.map(({ proto, port, program }) => rule(proto, port, `found listening: ${program}`)),
        ...(ufw ? [] : view.facts.sshPorts.map(limit)),
      ],
      adopted: [
        ...(ufw ? ["ufw runs this host's firewall and goes on doing so"] : []),
        ...found.map(({ proto, port, program }) => `${proto} ${port} (${program}) was open and stays open`),
      ],
      notes: ufw ? ["new SSH connections are not counted by Slipway here; ufw can: ufw limit 22/tcp"] : [],
    };
  },
  proofs: (view) =>
    view.facts.firewall === "ufw"
      ? [
          {
            check: "ufw is active and denies inbound",
            question: { id: "firewall.ufw", command: "ufw status verbose" },
            refutes: ({ text }) =>
              /Status: active[\s\S]*deny \(incoming\)/.test(text) ? null : "ufw does not deny inbound",
          },
        ]
      : [
          {
            check: "the kernel drops inbound packets no rule accepts",
            question: { id: "firewall.table", command: "nft -t list chain inet slipway input" },
            refutes: ({ text }) => (text.includes("policy drop") ? null : "Slipway's table is not loaded"),
          },
        ],
};

interface Listener {
  readonly proto: "tcp" | "udp";
  readonly port: number;
  readonly program: string;
}

/** What answers from outside and is neither SSH nor a ship: somebody relies on it. */
export function foreignListeners(view: HostView): readonly Listener[] {
  const ours = new Set(view.ships.flatMap((ship) => [`udp ${ship.amesPort}`, `tcp ${ship.httpPort}`]));
  const web = said(view, "firewall.web") !== "";
  return lines(view, "firewall.listeners").flatMap((line) => {
    const [proto, digits = "", program = "unknown"] = line.split(" ");
    const port = Number(digits);
    if ((proto !== "tcp" && proto !== "udp") || !Number.isInteger(port) || port < 1) return [];
    if (proto === "udp" && port >= FIRST_EPHEMERAL && program !== "kernel") return [];
    if (proto === "udp" && (port === 68 || port === 546)) return [];
    if (web && program === "caddy") return [];
    if (program === "sshd" || program.startsWith("urbit") || ours.has(`${proto} ${port}`)) return [];
    return [{ proto, port, program: program.replace(/[^A-Za-z0-9._-]/g, "") }];
  });
}

function rule(proto: "tcp" | "udp", port: number, comment: string): Resource {
  return { kind: "firewall-rule", id: `firewall ${proto} ${port}`, proto, port, from: null, comment };
}

function limit(port: number): Resource {
  return { kind: "firewall-limit", id: `firewall limit ${port}`, port, ...SSH_RATE };
}
