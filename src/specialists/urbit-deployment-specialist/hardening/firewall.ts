import type { Question } from "../../../machines/machine.ts";
import type { Resource } from "../../../machines/resources.ts";
import type { ShipTarget } from "../../../plan/schema.ts";
import { WEB } from "../https/places.ts";
import { type Control, type HostView, lines, packageOf, said, type Wish } from "./control.ts";

/** New SSH connections a minute from one source, and how many at once: far above what people and Slipway need. */
const SSH_RATE = { perMinute: 30, burst: 40 } as const;

/** From here on a program's UDP socket is some client's, not a service. Tunnels are services, the kernel's or a program's. */
const FIRST_EPHEMERAL = 32_768;
const TUNNELS = /^(kernel|wireguard|boringtun|tailscaled|openvpn|charon)/;

/** Sockets that answer from outside: protocol, port and the program behind. Loopback and link-local ones do not. */
const LISTENERS = `ss -Hltunp 2>/dev/null | awk '{
  address = $5; sub(/:[0-9]+$/, "", address); port = $5; sub(/.*:/, "", port)
  if (address ~ /^(127\\.|\\[::1\\]|\\[fe80)/ || address ~ /%lo$/) next
  program = "kernel"; if (match($0, /\\(\\("[^"]+"/)) program = substr($0, RSTART + 3, RLENGTH - 4)
  print $1, port, program
}' | sort -u`;

/** Only where ufw runs the host: it takes longer to say that it does not than everything else that is asked. */
const UFW = { id: "firewall.ufw", command: "grep -qs '^ENABLED=yes' /etc/ufw/ufw.conf && ufw status verbose" };

/** What to ask a host before its firewall is closed: see `firewallFor`. */
export const FIREWALL_QUESTIONS: readonly Question[] = [
  { id: "firewall.listeners", command: LISTENERS },
  { id: "firewall.web", command: `test -f ${WEB.dropIn} && echo ours` },
  UFW,
];

/**
 * Inbound denied, the ships' ports open, and whatever answered from outside before us. Where ufw denies inbound already,
 * its own rules have said what answers: nothing is opened beside them.
 */
export function firewallFor(view: HostView): Pick<Wish, "resources" | "adopted"> {
  const found = foreignListeners(view);
  const named = ({ proto, port, program }: Listener) => `${proto} ${port} (${program})`;
  const rules = view.ships.map(shipPort);
  const deny: Resource = { kind: "firewall", id: "firewall", inbound: "deny" };
  if (view.facts.firewall === "ufw" && ufwDenies(said(view, UFW.id))) {
    const left = found.length === 0 ? [] : [`who reaches ${found.map(named).join(", ")} is as ufw's own rules say`];
    return { resources: [deny, ...rules], adopted: left };
  }
  return {
    resources: [deny, ...rules, ...found.map((one) => rule(one.proto, one.port, `found listening: ${one.program}`))],
    adopted: found.map((one) => `${named(one)} was open and stays open`),
  };
}

function ufwDenies(status: string): boolean {
  return /Status: active[\s\S]*(deny|reject) \(incoming\)/.test(status);
}

/** Inbound denied but for SSH, the ships' ports, and services that were here before us; new SSH connections are counted. */
export const firewall: Control = {
  name: "firewall, inbound denied by default",
  level: "basic",
  essential: true,
  questions: FIREWALL_QUESTIONS,
  wish: (view) => {
    const ufw = view.facts.firewall === "ufw";
    const { resources, adopted } = firewallFor(view);
    return {
      resources: [
        ...(ufw ? [] : [packageOf("nftables")]),
        ...resources,
        ...(ufw ? [] : view.facts.sshPorts.map(limit)),
      ],
      adopted: [...(ufw ? ["ufw runs this host's firewall and goes on doing so"] : []), ...adopted],
      notes: ufw ? ["new SSH connections are not counted by Slipway here; ufw can: ufw limit 22/tcp"] : [],
    };
  },
  proofs: (view) =>
    view.facts.firewall === "ufw"
      ? [
          {
            check: "ufw is active and denies inbound",
            question: UFW,
            refutes: ({ text }) => (ufwDenies(text) ? null : "ufw does not deny inbound"),
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
function foreignListeners(view: HostView): readonly Listener[] {
  const ours = new Set(view.ships.flatMap((ship) => [`udp ${ship.amesPort}`, `tcp ${ship.httpPort}`]));
  const web = said(view, "firewall.web") !== "";
  return lines(view, "firewall.listeners").flatMap((line) => {
    const [proto, digits = "", program = "unknown"] = line.split(" ");
    const port = Number(digits);
    if ((proto !== "tcp" && proto !== "udp") || !Number.isInteger(port) || port < 1) return [];
    if (proto === "udp" && port >= FIRST_EPHEMERAL && !TUNNELS.test(program)) return [];
    if (proto === "udp" && (port === 68 || port === 546)) return [];
    if (web && program === "caddy") return [];
    if (program === "sshd" || program.startsWith("urbit") || ours.has(`${proto} ${port}`)) return [];
    return [{ proto, port, program: program.replace(/[^A-Za-z0-9._-]/g, "") }];
  });
}

/** A ship's Ames port, open to everyone. */
export function shipPort({ name, amesPort }: ShipTarget): Resource {
  return rule("udp", amesPort, `Ames of ${name}`);
}

function rule(proto: "tcp" | "udp", port: number, comment: string): Resource {
  return { kind: "firewall-rule", id: `firewall ${proto} ${port}`, proto, port, from: null, comment };
}

function limit(port: number): Resource {
  return { kind: "firewall-limit", id: `firewall limit ${port}`, port, ...SSH_RATE };
}
