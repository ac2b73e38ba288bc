import { execFileSync, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isAlive, type ProcessId, processId, signal } from "../../src/base/processes.ts";
import { baseSystem } from "./base.ts";
import { installPackages } from "./packages.ts";

const NAMES = ["alder", "birch", "cedar", "dogwood", "elm", "fir", "gorse", "hazel", "ivy", "juniper"];
const FIRST_ADDRESS = 11;
const STATE = join(tmpdir(), "slipway-lab");

export interface LabHost {
  readonly name: string;
  readonly address: string;
  readonly root: string;
}

export interface Lab {
  readonly name: string;
  readonly hosts: readonly LabHost[];
  /** Where the lab keeps its files; gone with it. */
  readonly folder: string;
  /** An OpenSSH client configuration that reaches every host, by name and by address, from outside the lab. */
  readonly sshConfig: string;
  /** Runs a shell program as root on a host; throws on a failure to connect, not on the program's exit. */
  exec(
    host: string,
    program: string,
    user?: string,
  ): { readonly stdout: string; readonly stderr: string; readonly exit: number };
  /** Runs a command inside the lab's network: "another machine". */
  run(argv: readonly string[]): { readonly stdout: string; readonly stderr: string; readonly exit: number };
  /** Copies files and folders to the same place on another host, as somebody with both disks at hand would. */
  copy(from: string, to: string, paths: readonly string[]): void;
  /** A clean reboot; returns when SSH answers again. */
  reboot(host: string): Promise<void>;
  /** Pulls the plug. */
  crash(host: string): Promise<void>;
  start(host: string): Promise<void>;
  down(): Promise<void>;
}

interface State {
  readonly owner: ProcessId | null;
  readonly hosts: readonly LabHost[];
  readonly supervisors: Record<string, ProcessId>;
  /** What nspawn is told besides the usual. */
  readonly nspawn: readonly string[];
}

export interface LabOptions {
  readonly hosts: number | readonly string[];
  /** The lab lives on after this process (`npm run lab -- up`). */
  readonly detached?: boolean;
  /** Debian packages the hosts have besides the usual ones. */
  readonly packages?: readonly string[];
  /** Docker can run containers inside the hosts: it asks the kernel for what nspawn forbids otherwise. */
  readonly containers?: boolean;
}

const FOR_CONTAINERS = ["add_key", "keyctl", "bpf"].map((call) => `--system-call-filter=${call}`);

/** Makes a network of real Debian hosts: systemd, sshd, nftables. Root only; about two seconds once the base is made. */
export async function startLab(options: LabOptions): Promise<Lab> {
  installPackages();
  const base = await baseSystem(options.packages);
  await sweep();
  execFileSync("sysctl", ["-qw", "fs.inotify.max_user_instances=4096"]);
  mkdirSync(STATE, { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(STATE, "lab-"));
  const name = `slab${randomBytes(3).toString("hex")}`;
  const names =
    typeof options.hosts === "number"
      ? Array.from({ length: options.hosts }, (_, k) => NAMES[k] ?? `h${k + 1}`)
      : options.hosts;
  const hosts = names.map((host, k) => ({
    name: host,
    address: `10.77.0.${FIRST_ADDRESS + k}`,
    root: join(folder, host),
  }));
  const owner = options.detached === true ? null : processId(process.pid);
  const nspawn = options.containers === true ? FOR_CONTAINERS : [];
  const state: State = { owner, hosts, supervisors: {}, nspawn };
  const save = () => writeFileSync(join(folder, "state.json"), JSON.stringify({ name, ...state }));
  save();
  network(name);
  for (const host of hosts) {
    prepare(host, base.root, folder);
    state.supervisors[host.name] = supervise(name, host, nspawn);
  }
  save();
  const lab = control(folder, name, state, base.key, save);
  try {
    for (const host of hosts) await reachable(lab, host.name);
  } catch (error) {
    await lab.down();
    throw error;
  }
  return lab;
}

/** Takes down labs whose owner has died. */
export async function sweep(all = false): Promise<number> {
  let swept = 0;
  for (const folder of existsSync(STATE) ? readdirSync(STATE).map((entry) => join(STATE, entry)) : []) {
    try {
      const saved = JSON.parse(readFileSync(join(folder, "state.json"), "utf8")) as State & { name: string };
      if (!all && (saved.owner === null || isAlive(saved.owner))) continue;
      await takeDown(folder, saved.name, saved);
      swept++;
    } catch {
      // Not a lab's folder, or one still being made.
    }
  }
  return swept;
}

/** Labs that are up, with their SSH configurations. */
export function labs(): readonly {
  readonly name: string;
  readonly hosts: readonly LabHost[];
  readonly sshConfig: string;
}[] {
  if (!existsSync(STATE)) return [];
  return readdirSync(STATE).flatMap((entry) => {
    try {
      const { name, hosts } = JSON.parse(readFileSync(join(STATE, entry, "state.json"), "utf8")) as State & {
        name: string;
      };
      return [{ name, hosts, sshConfig: join(STATE, entry, "ssh_config") }];
    } catch {
      return [];
    }
  });
}

function network(name: string): void {
  const within = (...argv: readonly string[]) => execFileSync("nsenter", [`--net=/run/netns/${name}`, "ip", ...argv]);
  execFileSync("ip", ["netns", "add", name]);
  within("link", "set", "lo", "up");
  within("link", "add", "br0", "type", "bridge");
  within("addr", "add", "10.77.0.1/24", "dev", "br0");
  within("link", "set", "br0", "up");
}

function prepare(host: LabHost, base: string, folder: string): void {
  const upper = `${host.root}.upper`;
  const work = `${host.root}.work`;
  for (const path of [host.root, upper, work]) mkdirSync(path);
  mkdirSync(join(upper, "etc/systemd/network"), { recursive: true });
  mkdirSync(join(upper, "etc/ssh"), { recursive: true });
  writeFileSync(join(upper, "etc/hostname"), `${host.name}\n`);
  writeFileSync(
    join(upper, "etc/systemd/network/10-host0.network"),
    `[Match]\nName=host0\n[Network]\nAddress=${host.address}/24\nGateway=10.77.0.1\nLinkLocalAddressing=no\n`,
  );
  const key = join(upper, "etc/ssh/ssh_host_ed25519_key");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", host.name, "-f", key]);
  const publicKey = readFileSync(`${key}.pub`, "utf8").trim();
  writeFileSync(join(folder, "known_hosts"), `${host.name},${host.address} ${publicKey}\n`, { flag: "a" });
  execFileSync("mount", [
    "-t",
    "overlay",
    "overlay",
    "-o",
    `lowerdir=${base},upperdir=${upper},workdir=${work}`,
    host.root,
  ]);
}

function supervise(name: string, host: LabHost, nspawn: readonly string[]): ProcessId {
  const script = fileURLToPath(new URL("host.sh", import.meta.url));
  const argv = ["-m", "--propagation", "private", "sh", script, name, host.name, host.root, ...nspawn];
  const child = spawn("unshare", argv, { detached: true, stdio: "ignore" });
  child.unref();
  if (child.pid === undefined) throw new Error("unshare cannot be run");
  return processId(child.pid);
}

function control(folder: string, name: string, state: State, key: string, save: () => void): Lab {
  const config = join(folder, "ssh_config");
  writeFileSync(config, sshConfig(folder, name, state.hosts, key));
  const hostOf = (wanted: string) => {
    const host = state.hosts.find((known) => known.name === wanted);
    if (host === undefined) throw new RangeError(`the lab has no host ${wanted}`);
    return host;
  };
  const ssh = (host: string, program: string, user = "root") => {
    const done = spawnSync("ssh", ["-F", config, "-l", user, host, "sh -s"], {
      input: program,
      encoding: "utf8",
      timeout: 120_000,
    });
    return { stdout: done.stdout, stderr: done.stderr, exit: done.status ?? -1 };
  };
  const lab: Lab = {
    name,
    hosts: state.hosts,
    folder,
    sshConfig: config,
    exec: ssh,
    run: (argv) => {
      const done = spawnSync("nsenter", [`--net=/run/netns/${name}`, ...argv], { encoding: "utf8", timeout: 120_000 });
      return { stdout: done.stdout, stderr: done.stderr, exit: done.status ?? -1 };
    },
    copy: (from, to, paths) => {
      const words = paths.map((path) => path.replace(/^\//, ""));
      const pack = spawnSync(
        "sh",
        [
          "-c",
          'from=$1 to=$2; shift 2; tar -C "$from" --warning=no-file-ignored -cf - -- "$@" | tar -C "$to" -xpf -',
          "sh",
          hostOf(from).root,
          hostOf(to).root,
          ...words,
        ],
        { encoding: "utf8" },
      );
      if (pack.status !== 0 || pack.stderr !== "") throw new Error(`copying to ${to}: ${pack.stderr}`);
    },
    reboot: async (host) => {
      const before = readPid(hostOf(host));
      ssh(host, "systemctl reboot");
      await until(
        () => {
          const now = readPid(hostOf(host));
          return now !== null && now !== before;
        },
        60_000,
        `${host} did not go down`,
      );
      await reachable(lab, host);
    },
    crash: async (host) => {
      const supervisor = state.supervisors[host];
      if (supervisor !== undefined) signal(supervisor, "SIGKILL");
      killTree(hostOf(host));
      await until(() => !groupBusy(name, host), 10_000, `${host} did not die`);
    },
    start: async (host) => {
      state.supervisors[host] = supervise(name, hostOf(host), state.nspawn);
      save();
      await reachable(lab, host);
    },
    down: () => takeDown(folder, name, state),
  };
  return lab;
}

function sshConfig(folder: string, name: string, hosts: readonly LabHost[], key: string): string {
  const lines = hosts.map(({ name: host, address }) => `Host ${host}\n  HostName ${address}\n`);
  return `${lines.join("")}Host ${hosts.map((host) => `${host.name} ${host.address}`).join(" ")}
  User root
  IdentityFile ${key}
  IdentitiesOnly yes
  UserKnownHostsFile ${join(folder, "known_hosts")}
  StrictHostKeyChecking yes
  LogLevel ERROR
  ProxyCommand nsenter --net=/run/netns/${name} socat - TCP:%h:%p,connect-timeout=5,nodelay
`;
}

async function takeDown(folder: string, name: string, state: State): Promise<void> {
  for (const id of Object.values(state.supervisors)) signal(id, "SIGTERM");
  const over = () => Object.values(state.supervisors).every((id) => !isAlive(id));
  await until(over, 10_000, "").catch(() => undefined);
  for (const id of Object.values(state.supervisors)) signal(id, "SIGKILL");
  for (const host of state.hosts) killTree(host);
  for (const host of state.hosts) {
    await until(() => !groupBusy(name, host.name), 5_000, "").catch(() => undefined);
    spawnSync("umount", ["-l", host.root]);
    removeGroup(name, host.name);
  }
  spawnSync("ip", ["netns", "del", name]);
  rmSync(folder, { recursive: true, force: true });
}

function readPid(host: LabHost): number | null {
  try {
    return Number(readFileSync(`${host.root}.pid`, "utf8").trim());
  } catch {
    return null;
  }
}

/** Kills the container by its init: the kernel ends everything in its PID namespace with it. */
function killTree(host: LabHost): void {
  const pid = readPid(host);
  if (pid === null || !existsSync(`/proc/${pid}`)) return;
  if (!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(host.root)) return;
  const children = spawnSync("pgrep", ["-P", String(pid)], { encoding: "utf8" })
    .stdout.split("\n")
    .filter(Boolean)
    .map(Number);
  for (const child of [...children, pid]) {
    try {
      process.kill(child, "SIGKILL");
    } catch {
      // already gone
    }
  }
  rmSync(`${host.root}.pid`, { force: true });
}

/** The cgroup tree as the machine has it mounted, wherever that is. */
function groupPath(name: string, host: string): string | null {
  const at = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].find((path) =>
    existsSync(join(path, `slipway-lab-${name}-${host}`)),
  );
  return at === undefined ? null : join(at, `slipway-lab-${name}-${host}`);
}

function groupBusy(name: string, host: string): boolean {
  const group = groupPath(name, host);
  if (group === null) return false;
  try {
    return /populated 1/.test(readFileSync(join(group, "cgroup.events"), "utf8"));
  } catch {
    return false;
  }
}

function removeGroup(name: string, host: string): void {
  const group = groupPath(name, host);
  if (group !== null) spawnSync("find", [group, "-depth", "-type", "d", "-exec", "rmdir", "{}", ";"]);
}

async function reachable(lab: Lab, host: string): Promise<void> {
  await until(
    () => lab.exec(host, "systemctl is-system-running --wait >/dev/null 2>&1; true").exit === 0,
    90_000,
    `${host} does not answer`,
  );
}

async function until(test: () => boolean, timeoutMs: number, what: string): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!test()) {
    if (Date.now() > deadline) throw new Error(what);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
