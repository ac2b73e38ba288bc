import { LAYOUT } from "../../../urbit/layout.ts";
import type { Control } from "./control.ts";

const USER = LAYOUT.user;

/** The ships' user: no login, no password, no sudo, no group that is as good as root. */
export const accounts: Control = {
  name: "service user without login",
  level: "basic",
  essential: true,
  questions: [],
  wish: () => ({
    resources: [{ kind: "user", id: `user ${USER}`, name: USER, home: LAYOUT.home, shell: "/usr/sbin/nologin" }],
    adopted: [],
    notes: [],
  }),
  proofs: () => [
    {
      check: `${USER} cannot log in`,
      question: { id: "accounts.login", command: `getent passwd ${USER}; getent shadow ${USER} | cut -d: -f1,2` },
      refutes: ({ text }) => {
        const [passwd = "", shadow = ""] = text.split("\n");
        if (!passwd.endsWith("/nologin")) return "it has a login shell";
        return /:[!*]/.test(shadow) || shadow === "" ? null : "it has a password";
      },
    },
    {
      check: `${USER} has no way to become root`,
      question: {
        id: "accounts.groups",
        command: `id -nG ${USER}; grep -rhsE '^[[:space:]]*(%?${USER}|ALL)[[:space:]]' /etc/sudoers /etc/sudoers.d; echo .`,
      },
      refutes: ({ text }) => {
        const [groups = "", ...rules] = text.split("\n");
        const risky = groups
          .split(" ")
          .filter((group) => ["sudo", "wheel", "docker", "lxd", "disk", "adm"].includes(group));
        if (risky.length > 0) return `it is in ${risky.join(", ")}`;
        return rules.filter((rule) => rule !== ".").length === 0 ? null : "sudoers names it";
      },
    },
    {
      check: "only root has user id 0",
      question: { id: "accounts.root", command: "getent passwd | awk -F: '$3 == 0 { print $1 }'" },
      refutes: ({ text }) => (text.trim() === "root" ? null : text.trim().replaceAll("\n", ", ")),
    },
  ],
};
