import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Lab, LabHost } from "../../lab/hosts/lab.ts";
import { buildStandIn } from "../../lab/stand-in-vere/build.ts";
import type { EvidenceRecord, RecordBody } from "../../src/evidence/schema.ts";
import { hostMachine } from "../../src/machines/host/open.ts";
import type { Plan } from "../../src/plan/schema.ts";

const SLIPWAY = fileURLToPath(new URL("../../bin/slipway.mjs", import.meta.url));

export interface Ended {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** One user's Slipway: a state directory of its own and the real command line, told of the lab's hosts. */
export interface Site {
  readonly home: string;
  /** A directory of the user's own, beside Slipway's. */
  readonly desk: string;
  /** The boot pill's file. */
  readonly pill: string;
  slipway(...argv: readonly string[]): Promise<Ended>;
  /** The same, not waited for. */
  begin(...argv: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> };
  /** Adds hosts of the lab by name, as root. */
  own(...hosts: readonly string[]): Promise<void>;
  /** The newest run's name. */
  run(): string;
  /** Every run's name, oldest first. */
  runs(): readonly string[];
  evidence(): readonly EvidenceRecord[];
  down(): Promise<void>;
}

/** `sshConfig` default: the lab's own. A vere (the stand-in) and a pill are pinned. */
export async function openSite(
  lab: { readonly hosts: readonly Pick<LabHost, "name" | "address">[]; readonly sshConfig: string },
  sshConfig = lab.sshConfig,
): Promise<Site> {
  const desk = mkdtempSync(join(tmpdir(), "slipway-site-"));
  const home = join(desk, "state");
  mkdirSync(home, { mode: 0o700 });
  const pill = join(desk, "stand-in.pill");
  // Any bytes are a pill to the stand-in.
  writeFileSync(pill, Buffer.alloc(4096));
  const env = {
    PATH: process.env.PATH,
    HOME: desk,
    USER: "ada",
    SLIPWAY_HOME: home,
    SLIPWAY_SSH_CONFIG: sshConfig,
    SLIPWAY_DEBUG: "1",
  };
  const begin = (...argv: readonly string[]) => {
    const child = spawn(process.execPath, [SLIPWAY, ...argv], { cwd: desk, env, stdio: ["ignore", "pipe", "pipe"] });
    const text = { out: "", err: "" };
    child.stdout.on("data", (part: Buffer) => {
      text.out += part.toString();
    });
    child.stderr.on("data", (part: Buffer) => {
      text.err += part.toString();
    });
    const ended = new Promise<Ended>((resolve) => {
      child.on("close", (exit, signal) =>
        resolve({ exit: exit ?? -1, ...text, ...(signal === null ? {} : { signal }) }),
      );
    });
    return { child, ended };
  };
  const slipway = (...argv: readonly string[]) => begin(...argv).ended;
  const runs = () => (existsSync(join(home, "runs")) ? readdirSync(join(home, "runs")).sort() : []);
  const run = () => runs().at(-1) ?? "";
  const site: Site = {
    home,
    desk,
    pill,
    slipway,
    begin,
    own: async (...hosts) => {
      for (const name of hosts) {
        const address = lab.hosts.find((host) => host.name === name)?.address ?? name;
        const added = await slipway("host", "add", `root@${address}`, "--name", name);
        if (added.exit !== 0) throw new Error(added.err);
      }
    },
    run,
    runs,
    evidence: () => {
      const file = join(home, "runs", run(), "evidence.jsonl");
      if (!existsSync(file)) return [];
      const whole = readFileSync(file, "utf8").split("\n").slice(0, -1);
      return whole.map((line) => JSON.parse(line) as EvidenceRecord);
    },
    down: async () => {
      await slipway("down");
      rmSync(desk, { recursive: true, force: true });
    },
  };
  const pinned = await slipway("runtime", "add", "--vere", await buildStandIn(), "--pill", pill);
  if (pinned.exit !== 0) throw new Error(pinned.err);
  return site;
}

/** The plan of a run; default: the newest. */
export function planOf(site: Site, run = site.run()): Plan {
  return JSON.parse(readFileSync(join(site.home, "runs", run, "plan.json"), "utf8")) as Plan;
}

/** Ids of the steps that were done, each as often as it was, sorted. */
export function stepsOf(records: readonly EvidenceRecord[]): readonly string[] {
  return bodies(records, "step-done")
    .map(({ step }) => step)
    .sort();
}

/** The bodies of one kind, in order. */
export function bodies<K extends RecordBody["kind"]>(
  records: readonly EvidenceRecord[],
  kind: K,
): readonly Extract<RecordBody, { kind: K }>[] {
  return records.flatMap(({ body }) => (body.kind === kind ? [body as Extract<RecordBody, { kind: K }>] : []));
}

/** Digests of everything Slipway could have changed on a host of the lab. `user` logs in to it. */
export async function fingerprint(
  lab: Pick<Lab, "sshConfig">,
  host: string,
  user = "root",
): Promise<Readonly<Record<string, string>>> {
  const machine = hostMachine({ name: host, address: `${user}@${host}` }, { sshConfig: lab.sshConfig });
  const seen = await machine.fingerprint();
  await machine.close();
  if (!seen.ok) throw new Error(`${host}: ${seen.failure.what}`);
  return seen.value.value;
}

/** Asks again until it holds. */
export async function until(test: () => boolean | Promise<boolean>, what: string, tries = 600): Promise<void> {
  for (let look = 0; look < tries; look += 1) {
    if (await test()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`never: ${what}`);
}
