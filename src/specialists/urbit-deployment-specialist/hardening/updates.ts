import { type Control, file, NOTHING, packageOf, said, serviceOf } from "./control.ts";

const CONFIG = "/etc/apt/apt.conf.d/52slipway-updates";
const WANTED = {
  "APT::Periodic::Update-Package-Lists": "1",
  "APT::Periodic::Unattended-Upgrade": "1",
  "Unattended-Upgrade::Automatic-Reboot": "false",
} as const;

/** Security updates by themselves; never a reboot by itself, since a reboot stops the ships. */
export const updates: Control = {
  name: "automatic security updates",
  level: "standard",
  essential: false,
  questions: [
    {
      id: "updates.config",
      command: "apt-config dump | grep -E '^(APT::Periodic|Unattended-Upgrade::Automatic-Reboot)'",
    },
  ],
  wish: (view) => {
    if (view.facts.packageManager === "none") return { ...NOTHING, notes: ["no apt here: updates are not set"] };
    const before = settings(said(view, "updates.config"));
    const rebooting = before.get("Unattended-Upgrade::Automatic-Reboot") === "true";
    return {
      resources: [
        packageOf("unattended-upgrades"),
        file(CONFIG, "0644", render()),
        serviceOf("apt-daily.timer"),
        serviceOf("apt-daily-upgrade.timer"),
      ],
      adopted: [],
      notes: rebooting ? ["automatic reboots after updates were on and are turned off: a reboot stops the ships"] : [],
    };
  },
  proofs: () => [
    {
      check: "security updates are installed by themselves, without reboots",
      question: { id: "updates.now", command: "apt-config dump; systemctl is-active apt-daily-upgrade.timer" },
      refutes: ({ text }) => {
        const now = settings(text);
        const off = Object.entries(WANTED).filter(([key, value]) => now.get(key) !== value);
        if (off.length > 0) return off.map(([key]) => `${key} is ${now.get(key) ?? "not set"}`).join(", ");
        return text.trimEnd().endsWith("\nactive") ? null : "apt-daily-upgrade.timer does not run";
      },
    },
  ],
};

function render(): string {
  const rows = Object.entries(WANTED).map(([key, value]) => `${key} "${value}";`);
  return `// Written by Slipway.\n${rows.join("\n")}\n`;
}

/** `apt-config dump` prints `Name "value";` lines. */
function settings(text: string): ReadonlyMap<string, string> {
  const pairs = text.split("\n").flatMap((line) => {
    const found = /^([A-Za-z:-]+) "(.*)";$/.exec(line.trim());
    return found === null ? [] : [[found[1] ?? "", found[2] ?? ""] as const];
  });
  return new Map(pairs);
}
