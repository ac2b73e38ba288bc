import { configuration, type Outcome, ok } from "../../../base/outcome.ts";
import type { Answers, Machine, Question, Sighting } from "../../../machines/machine.ts";
import type { Resource } from "../../../machines/resources.ts";
import type { HostTarget, ShipTarget } from "../../../plan/schema.ts";
import { converge, couldNotBeSet, failedOf } from "../../batch.ts";
import { batchOf } from "../../lib.ts";
import type { StepContext } from "../../step.ts";
import { directory, file, running, said } from "./setting.ts";

/** Who comes in by SSH from the monitoring host, and what for: an account of its own on both sides. */
export interface Visitor {
  readonly name: string;
  readonly home: string;
  /** Where the monitoring host keeps its private key: of systemd's making, so that the account can be taken back first. */
  readonly keyFile: string;
  readonly shell: string;
  /** Names the batch on the host it comes to. */
  readonly batch: string;
  /** Where a host that lists who may log in is told of it. */
  readonly list: string;
  /** Its one line of authorized_keys: what the key may do, which is all it may do. */
  line(publicKey: string, ships: readonly ShipTarget[]): string;
  /** What else the host needs for it: before the account is there, and after. */
  readonly resources: readonly Resource[];
  readonly after: readonly Resource[];
}

/** A host as the monitoring host will reach it, and its own public key: read over the connection we trust already. */
export interface Door {
  readonly host: string;
  readonly address: string;
  readonly sshPort: number;
  readonly hostKey: string;
  readonly ships: readonly ShipTarget[];
  readonly https: boolean;
  readonly sighting: Sighting;
}

const REVERT_SECONDS = 60;
/** Hosts prepared at once. */
const AT_ONCE = 8;

const QUESTIONS: readonly Question[] = [
  { id: "key", command: "cat /etc/ssh/ssh_host_ed25519_key.pub || cat /etc/ssh/ssh_host_rsa_key.pub" },
  { id: "sshd", command: "sshd -T 2>/dev/null | grep -E '^(port|allowusers|allowgroups|denyusers) '; :" },
  { id: "seen", command: `set -- \${SSH_CONNECTION:-}; echo "\${3:-$(hostname -I | cut -d ' ' -f 1)}"` },
  { id: "https", command: "ss -Hltn 'sport = :443' | grep -v ' 127\\.' | head -n 1" },
];

/** Lets the visitor in on each host: an account that can do one thing, and a way past the host's list of who may log in. */
export async function openDoors(
  context: StepContext,
  hosts: readonly HostTarget[],
  visitor: Visitor,
  publicKey: string,
): Promise<Outcome<readonly Door[]>> {
  const doors: Door[] = [];
  for (let first = 0; first < hosts.length; first += AT_ONCE) {
    const some = hosts.slice(first, first + AT_ONCE);
    for (const door of await Promise.all(some.map((host) => openDoor(context, host, visitor, publicKey)))) {
      if (!door.ok) return door;
      doors.push(door.value);
    }
  }
  return ok(doors);
}

async function openDoor(
  context: StepContext,
  host: HostTarget,
  visitor: Visitor,
  publicKey: string,
): Promise<Outcome<Door>> {
  const machine = context.peer(host);
  const asked = await machine.ask(QUESTIONS);
  if (!asked.ok) return asked;
  const answers = asked.value.value;
  const barred = barredBy(machine, visitor, answers);
  if (barred !== null) return barred;
  const ships = context.target.plan.ships.filter((ship) => ship.host === host.name);
  const converged = await converge(machine, {
    batch: batchOf(context, visitor.batch),
    resources: [
      ...visitor.resources,
      ...doorResources(answers, visitor, visitor.line(publicKey, ships)),
      ...visitor.after,
    ],
    dryRun: false,
    revertAfterSeconds: REVERT_SECONDS,
  });
  if (!converged.ok) return converged;
  const [kind = "", key = ""] = said(answers, "key", "ssh-ed25519 rehearsed").split(" ");
  return ok({
    host: host.name,
    address: addressOf(host, said(answers, "seen", host.name)),
    sshPort: Number(/^port (\d+)$/m.exec(said(answers, "sshd"))?.[1] ?? 22),
    hostKey: `${kind} ${key}`,
    ships,
    https: said(answers, "https") !== "",
    sighting: converged.value.sighting,
  });
}

/** Shuts the visitor out again. */
export async function closeDoors(
  context: StepContext,
  hosts: readonly HostTarget[],
  { batch }: Visitor,
): Promise<Outcome<null>> {
  for (const host of hosts) {
    const machine = context.peer(host);
    const undone = await machine.undo(batchOf(context, batch));
    if (!undone.ok) return undone;
    const failed = failedOf(undone.value.value);
    if (failed.length > 0) return couldNotBeSet(machine, failed);
  }
  return ok(null);
}

/** The visitor's account and key where it comes from: the key is made there and never leaves that host. */
export function visitorResources({ name, home, keyFile }: Visitor): readonly Resource[] {
  const folder = keyFile.replace(/^\/var\/lib\/|\/[^/]*$/g, "");
  const unit = `# Written by Slipway.
[Unit]
Description=Key of ${name}
[Service]
Type=oneshot
RemainAfterExit=yes
User=${name}
UMask=0077
StateDirectory=${folder}
StateDirectoryMode=0700
ExecStart=/bin/sh -c 'test -e ${keyFile} || exec ssh-keygen -q -t ed25519 -N "" -C ${name} -f ${keyFile}'
[Install]
WantedBy=multi-user.target
`;
  return [
    { kind: "user", id: `user ${name}`, name, home, shell: "/usr/sbin/nologin" },
    running(`${folder}.service`, unit),
  ];
}

/** Makes the visitor's account and key on the monitoring host, in a batch of the step's, and reads the public half. */
export async function visitorKey(context: StepContext, visitor: Visitor, batch: string): Promise<Outcome<string>> {
  const { machine } = context;
  const read = `for try in 1 2 3 4 5 6 7 8; do cat ${visitor.keyFile}.pub 2>/dev/null && exit; sleep 2; done; exit 1`;
  const made = await machine.converge({
    batch: batchOf(context, batch),
    resources: visitorResources(visitor),
    dryRun: false,
    revertAfterSeconds: null,
    questions: [{ id: "key", command: read }],
  });
  if (!made.ok) return made;
  const { name } = visitor;
  const key = machine.rehearsal ? `ssh-ed25519 rehearsed ${name}` : said(made.value.value.answers, "key");
  if (/^ssh-ed25519 \S+ \S+$/.test(key)) return ok(key);
  return configuration("scraper-key", `${machine.name} made no key for ${name}`, `journalctl -t ssh-keygen there`);
}

/** Options of ssh that trust the pinned key of one host alone and never ask anybody. */
export function pinnedOptions(host: string, { keyFile }: Pick<Visitor, "keyFile">, knownHosts: string): string {
  const options = [
    `IdentityFile=${keyFile}`,
    "IdentitiesOnly=yes",
    `UserKnownHostsFile=${knownHosts}`,
    `HostKeyAlias=${host}`,
    "StrictHostKeyChecking=yes",
    "BatchMode=yes",
    "ExitOnForwardFailure=yes",
    "ConnectTimeout=10",
    "ServerAliveInterval=10",
    "ServerAliveCountMax=3",
  ];
  return options.map((option) => `-o ${option}`).join(" ");
}

function doorResources(answers: Answers, { name, home, shell, list }: Visitor, line: string): readonly Resource[] {
  const folder = `${home}/.ssh`;
  const listed = /^allowusers (.*)$/m.test(said(answers, "sshd"));
  return [
    { kind: "user", id: `user ${name}`, name, home, shell },
    directory(folder, "0700", name),
    {
      kind: "file",
      id: `key of ${name}`,
      path: `${folder}/authorized_keys`,
      owner: name,
      group: name,
      mode: "0600",
      content: line,
    },
    // Lists of users add up; where there is none, one would shut everybody else out.
    ...(listed ? [file(list, `# Written by Slipway.\nAllowUsers ${name}\n`)] : []),
  ];
}

/** Rules of the host's own that would keep the visitor out, and that are not ours to change. */
function barredBy(machine: Machine, { name }: Visitor, answers: Answers) {
  const rule = /^(allowgroups|denyusers) .*$/m.exec(said(answers, "sshd"))?.[0];
  if (rule === undefined || (rule.startsWith("denyusers") && !rule.includes(name))) return null;
  return configuration(
    "scraper-barred",
    `${machine.name} lets in by its own rule "${rule}" only, which keeps ${name} out`,
    `let ${name} in by that rule, or take the rule away, and run it again`,
    "a rule of the host's own is not changed behind its owner's back",
  );
}

/** Where the monitoring host finds the other one: the address we use ourselves, or for an alias of ours the one it showed us. */
function addressOf({ address }: HostTarget, seen: string): string {
  const bare = address
    .replace(/^ssh:\/\//, "")
    .replace(/^[^@]*@/, "")
    .replace(/:\d+$/, "");
  return /^[0-9.]+$|\./.test(bare) ? bare : seen;
}
