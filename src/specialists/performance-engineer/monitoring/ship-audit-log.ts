import { randomBytes } from "node:crypto";
import { type Outcome, ok } from "../../../base/outcome.ts";
import type { Machine } from "../../../machines/machine.ts";
import type { HostTarget } from "../../../plan/schema.ts";
import { sweep } from "../../batch.ts";
import { check } from "../../lib.ts";
import { isShared } from "../../planned.ts";
import type { Check, Step, StepContext, StepTarget } from "../../step.ts";
import { AUDIT, fetcher, KEPT, KNOWN_HOSTS } from "./audit-door.ts";
import { closeDoors, openDoors, visitorKey, visitorResources } from "./door.ts";
import { described, directory, file, running, said, settingStep, type Wish } from "./setting.ts";
import { keeperUnit } from "./units.ts";

const ARRIVED = "a record made on the host has arrived";
const PACKAGES = ["systemd-journal-remote", "openssh-client"];
const BATCH = "audit-log";

const setting = settingStep({
  kind: "ship-audit-log",
  specialist: "performance-engineer",
  scope: "monitor",
  topic: "security",
  applies: (target) => target.plan.securityLevel === "strict" && !isShared(target),
  effect: () => "compensatable",
  component: "security: audit log shipping",
  batch: BATCH,
  describe: (target) =>
    described(
      {
        purpose: "Keep the hosts' audit records on another host as well, over a private path",
        inputs: ["hardened platform"],
        outputs: ["audit trail"],
        checks: auditedHosts(target).map(({ name }) => arrived(name)),
        commands: [`apt-get install ${PACKAGES.join(" ")}`, `journalctl --directory=${KEPT}/HOST`],
      },
      [1, 10],
      [
        "low",
        "whoever takes a host takes its log",
        "records are fetched as they come, and kept where that host has no key",
      ],
    ),
  questions: [],
  packages: () => PACKAGES,
  wish: async (context): Promise<Outcome<Wish>> => {
    const sorted = await logging(context);
    if (!sorted.ok) return sorted;
    const { hosts, notSet } = sorted.value;
    if (hosts.length === 0) return ok({ resources: [], notes: [], notSet });
    const key = await visitorKey(context, AUDIT, BATCH);
    if (!key.ok) return key;
    const doors = await openDoors(context, hosts, AUDIT, key.value);
    if (!doors.ok) return doors;
    return ok({
      resources: [
        ...visitorResources(AUDIT),
        directory("/etc/slipway/audit"),
        directory(KNOWN_HOSTS),
        ...fetcher(),
        ...doors.value.map(({ host, hostKey }) => file(`${KNOWN_HOSTS}/${host}`, `${host} ${hostKey}\n`)),
        ...doors.value.map((door) => running(`slipway-audit-${door.host}.service`, keeperUnit(door))),
      ],
      notes: [
        `audit records of ${hosts.map(({ name }) => name).join(", ")} are kept under ${KEPT} until you delete them`,
      ],
      notSet,
      sightings: doors.value.map(({ sighting }) => sighting),
    });
  },
  proofs: () => [],
  afterUndo: async (context) => {
    const swept = await sweep(context, {
      batch: "audit-log-sweep",
      unit: "slipway-audit-sweep.service",
      unless: "/etc/systemd/system/slipway-audit-key.service",
      paths: ["/var/lib/slipway-audit-key"],
      // A record is not taken back: what is kept stays, root's alone.
      kept: [KEPT],
    });
    return swept.ok ? closeDoors(context, auditedHosts(context.target), AUDIT) : swept;
  },
});

/** Strict: audit records leave the host they are about, for one it has no key to. */
export const shipAuditLog: Step = {
  ...setting,
  check: async (context) => {
    const checked = await setting.check(context);
    if (!checked.ok || checked.value.length === 0) return checked;
    const sorted = await logging(context);
    if (!sorted.ok) return sorted;
    const proofs: Check[] = [];
    for (const host of sorted.value.hosts) {
      const proof = await prove(context, host);
      if (!proof.ok) return proof;
      proofs.push(proof.value);
    }
    return ok([...checked.value, ...proofs]);
  },
};

/** Hosts whose records leave them: all that are hardened, but the one that keeps them. */
function auditedHosts({ plan }: StepTarget): readonly HostTarget[] {
  return plan.hosts.filter(({ name }) => name !== plan.monitor?.host);
}

/** Hosts that have a log to ship, and a line for each whose records stay where they are made. */
async function logging(
  context: StepContext,
): Promise<Outcome<{ readonly hosts: readonly HostTarget[]; readonly notSet: readonly string[] }>> {
  const hosts: HostTarget[] = [];
  const notSet: string[] = [];
  for (const host of auditedHosts(context.target)) {
    const logs = await keepsLog(context.peer(host));
    if (!logs.ok) return logs;
    if (logs.value) hosts.push(host);
    else notSet.push(`security: audit records of ${host.name} kept elsewhere: it has no audit log`);
  }
  const itself = await keepsLog(context.machine);
  if (!itself.ok) return itself;
  // The twin has no log of its own to leave behind.
  if (itself.value && !context.machine.rehearsal)
    notSet.push(
      `security: audit records of ${context.machine.name} kept elsewhere: it keeps the others', and nobody keeps its own`,
    );
  return ok({ hosts, notSet });
}

/** Whether the kernel's audit log runs there; the twin's always does. */
async function keepsLog(machine: Machine): Promise<Outcome<boolean>> {
  const asked = await machine.ask([{ id: "auditd", command: "systemctl is-active auditd.service" }]);
  if (!asked.ok) return asked;
  const { exit } = asked.value.value.auditd ?? { exit: 1 };
  return ok(exit === 0 || exit === null);
}

const arrived = (host: string) => `${ARRIVED}: ${host}`;

/** Has the host's kernel put a nonce on record, and finds it among the records kept elsewhere. */
async function prove(context: StepContext, host: HostTarget): Promise<Outcome<Check>> {
  const { machine } = context;
  const nonce = `slipway-proof-${randomBytes(8).toString("hex")}`;
  const made = await context.peer(host).ask([{ id: "made", command: `auditctl -m ${nonce}` }]);
  if (!made.ok) return made;
  const read = `journalctl --quiet --directory=${KEPT}/${host.name} --lines=10000 --output=cat _TRANSPORT=audit | grep -m 1 -F ${nonce}`;
  const asked = await machine.ask([
    { id: "kept", command: `for try in 1 2 3 4 5 6 7 8 9 10; do ${read} && exit; sleep 2; done; exit 1` },
  ]);
  if (!asked.ok) return asked;
  const { kept } = asked.value.value;
  const seen = said(asked.value.value, "kept");
  const shown = kept?.exit === null || seen.includes(nonce);
  return ok(
    check(arrived(host.name), shown, shown ? seen : `${nonce} is not on ${machine.name}`, asked.value.sighting),
  );
}
