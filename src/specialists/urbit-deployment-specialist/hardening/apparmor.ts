import { LAYOUT } from "../../../urbit/layout.ts";
import { type Control, file, NOTHING, packageOf, said, serviceOf, sharesKernel } from "./control.ts";

/** The profile's name is its file's name: an undo unloads what has lost its file. */
export const PROFILE = "slipway-vere";
const PATH = `/etc/apparmor.d/${PROFILE}`;

/**
 * What vere does: its piers, its own binary again (the worker; the copy docked in a pier), its pill, a key until it is
 * read, the page it shows its stack on, names and certificates, the network. Not: other programs, other users' files.
 */
const RULES = `# Written by Slipway.
include <tunables/global>
profile ${PROFILE} ${LAYOUT.vereDirectory}/*/urbit flags=(attach_disconnected) {
  include <abstractions/base>
  include <abstractions/nameservice>
  include <abstractions/openssl>
  include <abstractions/ssl_certs>
  capability net_bind_service,
  network inet,
  network inet6,
  network netlink raw,
  signal (send, receive) peer=${PROFILE},
  unix,
  ${LAYOUT.vereDirectory}/*/urbit mrix,
  ${LAYOUT.pillDirectory}/* r,
  ${LAYOUT.home}/ r,
  ${LAYOUT.home}/** rwkl,
  ${LAYOUT.home}/*/.run mrix,
  ${LAYOUT.home}/*/.bin/*/vere-* mrix,
  owner ${LAYOUT.runDirectory}/*.key r,
  owner /dev/shm/spin_stack_page_* rwm,
  owner /tmp/** rwkm,
  owner @{PROC}/@{pid}/** r,
  owner @{PROC}/@{pid}/task/*/comm rw,
  @{PROC}/sys/** r,
  @{PROC}/{meminfo,stat,cpuinfo,version,version_signature} r,
  @{sys}/devices/system/cpu/** r,
  @{sys}/devices/system/node/** r,
  @{sys}/fs/cgroup/** r,
  /etc/machine-id r,
}
`;

/** Reads a file of root's as the profile lets vere: the shell puts itself under it, and what it opens is refused. */
const TRIED = `printf 'changeprofile ${PROFILE}' >/proc/self/attr/current && if read -r line </etc/shadow; then echo read; else echo refused; fi`;

/** Mandatory access control: vere under a profile of its own, enforced. A running ship is under it from its next start. */
export const apparmor: Control = {
  name: "mandatory access control",
  level: "strict",
  essential: false,
  questions: [
    { id: "apparmor.enabled", command: "cat /sys/module/apparmor/parameters/enabled" },
    { id: "apparmor.selinux", command: "getenforce" },
  ],
  wish: (view) => {
    const selinux = said(view, "apparmor.selinux").trim();
    if (selinux === "Enforcing")
      return { ...NOTHING, adopted: ["SELinux enforces this host's own policy; vere gets no profile beside it"] };
    if (sharesKernel(view)) return { ...NOTHING, notHere: "a container's kernel enforces the profiles of its host" };
    if (said(view, "apparmor.enabled", "Y").trim() !== "Y")
      return { ...NOTHING, notHere: "the kernel runs without AppArmor (boot it with apparmor=1 security=apparmor)" };
    return {
      resources: [packageOf("apparmor"), file(PATH, "0644", RULES), serviceOf("apparmor.service")],
      adopted: [],
      notes: ["a ship that runs already is under its AppArmor profile from its next start"],
    };
  },
  proofs: (view) =>
    apparmor.wish(view).resources.length === 0
      ? []
      : [
          {
            check: "vere's AppArmor profile is enforced",
            question: { id: "apparmor.loaded", command: `grep '^${PROFILE} ' /sys/kernel/security/apparmor/profiles` },
            refutes: ({ text }) => (text.includes("(enforce)") ? null : text.trim() || "it is not loaded"),
          },
          {
            check: "a process under it is refused what vere has no business with",
            question: { id: "apparmor.tried", command: `sh -c ${JSON.stringify(TRIED)} 2>/dev/null` },
            refutes: ({ text }) => (text.trim() === "refused" ? null : `/etc/shadow: ${text.trim() || "not tried"}`),
          },
        ],
};
