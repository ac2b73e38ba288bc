import { type Control, file, type HostView, lines, NOTHING, packageOf, said, serviceOf } from "./control.ts";

const JAIL = "/etc/fail2ban/jail.d/slipway.local";

/** Bans an address after failed logins. Addresses logged in now (ours among them) are never banned. */
export const fail2ban: Control = {
  name: "fail2ban",
  level: "standard",
  essential: false,
  questions: [
    // Its client is slow to start: not asked where no server runs.
    { id: "fail2ban.jail", command: "[ -S /run/fail2ban/fail2ban.sock ] && fail2ban-client status sshd" },
    { id: "fail2ban.ours", command: `[ -f ${JAIL} ] && echo yes` },
    {
      id: "fail2ban.peers",
      command: `ss -Htnp state established 2>/dev/null | awk '/"sshd"/ { sub(/:[0-9]+$/, "", $4); gsub(/[][]/, "", $4); sub(/^::ffff:/, "", $4); print $4 }' | sort -u`,
    },
    { id: "fail2ban.known", command: `sed -n 's/^ignoreip = //p' ${JAIL}` },
  ],
  wish: (view) => {
    if (keepsOwn(view)) {
      return { ...NOTHING, adopted: ["fail2ban: the host's own sshd jail stays as it is"] };
    }
    return {
      resources: [
        packageOf("fail2ban"),
        packageOf("python3-systemd"),
        file(JAIL, "0644", jail(view)),
        serviceOf("fail2ban.service"),
      ],
      adopted: [],
      notes: [`fail2ban never bans ${ignored(view).join(", ")}`],
    };
  },
  proofs: () => [
    {
      check: "fail2ban watches SSH logins",
      question: { id: "fail2ban.jail", command: "fail2ban-client status sshd" },
      refutes: ({ exit, text }) => (exit === 0 ? null : `no sshd jail: ${text.split("\n")[0] ?? ""}`),
    },
  ],
};

/** A jail for sshd that is there before we wrote ours is the host's own. */
function keepsOwn(view: HostView): boolean {
  return view.answers["fail2ban.jail"]?.exit === 0 && said(view, "fail2ban.ours") === "";
}

/** Addresses once ignored stay so: a later look from elsewhere must not change the file. */
function ignored(view: HostView): readonly string[] {
  const known = said(view, "fail2ban.known").split(" ").filter(Boolean);
  const address = (text: string) => /^[0-9a-fA-F.:/]+$/.test(text);
  const all = known.length > 0 ? known : ["127.0.0.1/8", "::1", ...lines(view, "fail2ban.peers")];
  return [...new Set(all.filter(address))].sort();
}

function jail(view: HostView): string {
  const action = view.facts.firewall === "ufw" ? "ufw" : "nftables-multiport";
  return `# Written by Slipway.
[DEFAULT]
ignoreip = ${ignored(view).join(" ")}
bantime = 1h
bantime.increment = true
findtime = 10m
maxretry = 5
banaction = ${action}

[sshd]
enabled = true
backend = systemd
`;
}
