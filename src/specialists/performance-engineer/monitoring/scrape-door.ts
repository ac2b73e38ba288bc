import { configuration, type Outcome, ok } from "../../../base/outcome.ts";
import type { Answers, Machine, Sighting } from "../../../machines/machine.ts";
import type { Resource } from "../../../machines/resources.ts";
import type { HostTarget, ShipTarget } from "../../../plan/schema.ts";
import { converge, couldNotBeSet, failedOf } from "../../batch.ts";
import { batchOf } from "../../lib.ts";
import type { StepContext } from "../../step.ts";
import { PLACES, PORTS, SCRAPER } from "./places.ts";
import { directory, file, said } from "./setting.ts";

/** A ship host as the monitoring host will reach it, and its own public key: read over the connection we trust already. */
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
const ALLOW = "/etc/ssh/sshd_config.d/11-slipway-scrape.conf";

const QUESTIONS = [
  { id: "key", command: "cat /etc/ssh/ssh_host_ed25519_key.pub || cat /etc/ssh/ssh_host_rsa_key.pub" },
  { id: "sshd", command: "sshd -T 2>/dev/null | grep -E '^(port|allowusers|allowgroups|denyusers) '; :" },
  { id: "seen", command: `set -- \${SSH_CONNECTION:-}; echo "\${3:-$(hostname -I | cut -d ' ' -f 1)}"` },
  { id: "https", command: "ss -Hltn 'sport = :443' | grep -v ' 127\\.' | head -n 1" },
] as const;

/** Ports of the host's loopback that the scraper may reach: the exporters, and the page each ship serves to strangers. */
export function scraperPorts(ships: readonly ShipTarget[]): readonly number[] {
  return [PORTS.agent, PORTS.node, ...ships.map(({ httpPort }) => httpPort)];
}

/** One line of authorized_keys: this key opens those ports from here, and does nothing else whatever. */
export function scraperKey(publicKey: string, ships: readonly ShipTarget[]): string {
  const open = scraperPorts(ships).map((port) => `permitopen="127.0.0.1:${port}"`);
  return `restrict,port-forwarding,command="/usr/sbin/nologin",${open.join(",")} ${publicKey}\n`;
}

/** Lets the scraper in on one ship host: an account without shell, and a way past the host's list of who may log in. */
export async function openDoor(context: StepContext, host: HostTarget, publicKey: string): Promise<Outcome<Door>> {
  const machine = context.peer(host);
  const asked = await machine.ask(QUESTIONS);
  if (!asked.ok) return asked;
  const answers = asked.value.value;
  const barred = barredBy(machine, answers);
  if (barred !== null) return barred;
  const ships = context.target.plan.ships.filter((ship) => ship.host === host.name);
  const converged = await converge(machine, {
    batch: doorBatch(context),
    resources: doorResources(answers, scraperKey(publicKey, ships)),
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

/** Shuts the scraper out again. */
export async function closeDoor(context: StepContext, host: HostTarget): Promise<Outcome<null>> {
  const machine = context.peer(host);
  const undone = await machine.undo(doorBatch(context));
  if (!undone.ok) return undone;
  const failed = failedOf(undone.value.value);
  return failed.length === 0 ? ok(null) : couldNotBeSet(machine, failed);
}

const doorBatch = (context: StepContext) => batchOf(context, "scrape-door");

function doorResources(answers: Answers, line: string): readonly Resource[] {
  const folder = `${PLACES.scrapeHome}/.ssh`;
  const listed = /^allowusers (.*)$/m.test(said(answers, "sshd"));
  return [
    { kind: "user", id: `user ${SCRAPER}`, name: SCRAPER, home: PLACES.scrapeHome, shell: "/usr/sbin/nologin" },
    directory(folder, "0700", SCRAPER),
    {
      kind: "file",
      id: "key of the scraper",
      path: `${folder}/authorized_keys`,
      owner: SCRAPER,
      group: SCRAPER,
      mode: "0600",
      content: line,
    },
    // Lists of users add up; where there is none, one would shut everybody else out.
    ...(listed ? [file(ALLOW, `# Written by Slipway.\nAllowUsers ${SCRAPER}\n`)] : []),
  ];
}

/** Rules of the host's own that would keep the scraper out, and that are not ours to change. */
function barredBy(machine: Machine, answers: Answers) {
  const rule = /^(allowgroups|denyusers) .*$/m.exec(said(answers, "sshd"))?.[0];
  if (rule === undefined || (rule.startsWith("denyusers") && !rule.includes(SCRAPER))) return null;
  return configuration(
    "scraper-barred",
    `${machine.name} lets in by its own rule "${rule}" only, which keeps ${SCRAPER} out`,
    `let ${SCRAPER} in by that rule, or take the rule away, and run it again`,
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
