import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { freeTcp } from "../ports.ts";

export interface GuestOptions {
  /** Where its disks lie, and what it writes. */
  readonly folder: string;
  /** Where kernel, initrd and host key lie. */
  readonly base: string;
  readonly key: string;
  /** Goes on from the snapshot instead of booting. */
  readonly resume: boolean;
  /** Has a TPM 2.0 (swtpm): such a machine boots, since its snapshot has none. */
  readonly tpm?: boolean;
}

/**
 * One emulated machine (QEMU, TCG: no KVM needed) that reaches nothing and is reached by SSH on a loopback port alone.
 * A boot takes most of a minute, going on from the snapshot a few seconds.
 */
export class Guest {
  readonly sshConfig: string;
  /** On this machine's loopback: the way to its sshd. */
  readonly port: number;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(process: ChildProcess, folder: string, sshConfig: string, port: number) {
    this.#process = process;
    this.#folder = folder;
    this.sshConfig = sshConfig;
    this.port = port;
  }

  static async start({ folder, base, key, resume, tpm = false }: GuestOptions): Promise<Guest> {
    const port = await freeTcp();
    const at = (name: string) => join(folder, name);
    const disks = ["system.qcow2", "spare.qcow2"].flatMap((disk) => [
      "-drive",
      `file=${at(disk)},if=virtio,format=qcow2,cache=unsafe`,
    ]);
    const argv = [
      ...["-accel", "tcg,thread=multi,tb-size=512", "-cpu", "max", "-smp", "2", "-m", "2304"],
      ...["-display", "none", "-nodefaults", "-serial", `file:${at("console")}`, "-no-user-config"],
      ...["-kernel", join(base, "vmlinuz"), "-initrd", join(base, "initrd.img")],
      ...["-append", "root=/dev/vda rw console=ttyS0 quiet net.ifnames=0"],
      ...disks,
      ...["-netdev", `user,id=n0,restrict=on,hostfwd=tcp:127.0.0.1:${port}-:22`],
      ...["-device", "virtio-net-pci,netdev=n0,romfile=", "-device", "virtio-rng-pci"],
      ...["-monitor", `unix:${at("monitor")},server,nowait`],
      ...(tpm ? tpmOf(folder) : []),
      ...(resume ? ["-loadvm", "booted"] : []),
    ];
    rmSync(at("monitor"), { force: true });
    const child = spawn("qemu-system-x86_64", argv, { stdio: ["ignore", "ignore", "pipe"] });
    child.stderr?.on("data", (part: Buffer) => {
      if (!part.toString().includes("warning: TCG doesn't support")) process.stderr.write(part);
    });
    const config = at("ssh_config");
    const [kind = "", blob = ""] = readFileSync(join(base, "host_key.pub"), "utf8").split(" ");
    writeFileSync(at("known_hosts"), `alder ${kind} ${blob}\n`);
    writeFileSync(
      config,
      `Host alder\n  HostName 127.0.0.1\n  Port ${port}\n  HostKeyAlias alder\n  User root\n  IdentityFile ${key}\n  IdentitiesOnly yes\n  UserKnownHostsFile ${at("known_hosts")}\n  StrictHostKeyChecking yes\n  ConnectTimeout 20\n  LogLevel ERROR\n`,
    );
    const guest = new Guest(child, folder, config, port);
    process.once("exit", () => child.kill("SIGKILL"));
    await guest.#reachable();
    // A resumed machine believes it is still the day its snapshot was made.
    if (resume) guest.exec(`date -u -s @${Math.floor(Date.now() / 1_000)}`);
    return guest;
  }

  /** Runs a shell program as root; its exit is the program's, 255 when nothing answers. */
  exec(program: string): { readonly stdout: string; readonly stderr: string; readonly exit: number } {
    const done = spawnSync("ssh", ["-F", this.sshConfig, "alder", "sh -s"], {
      input: program,
      encoding: "utf8",
      timeout: 300_000,
    });
    return { stdout: done.stdout, stderr: done.stderr, exit: done.status ?? -1 };
  }

  /** Waits until everything that starts with the machine has started. */
  async settled(): Promise<void> {
    this.exec("systemctl is-system-running --wait >/dev/null");
  }

  /** A command of QEMU's own monitor; what it prints. */
  monitor(command: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = createConnection(join(this.#folder, "monitor"));
      let text = "";
      let sent = false;
      socket.on("data", (part) => {
        text += part.toString();
        if (!text.endsWith("(qemu) ")) return;
        if (sent) {
          socket.end();
          resolve(text);
        } else {
          sent = true;
          text = "";
          socket.write(`${command}\n`);
        }
      });
      socket.on("error", reject);
      socket.on("close", () => resolve(text));
    });
  }

  /** Pulls the plug: also at the end, since nothing of the machine is kept. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => this.#process.once("exit", () => resolve()));
    this.#process.kill("SIGTERM");
    await ended;
  }

  async #reachable(): Promise<void> {
    const deadline = Date.now() + 300_000;
    while (this.exec("true").exit !== 0) {
      if (this.#process.exitCode !== null) throw new Error("the emulated machine ended");
      if (Date.now() > deadline) throw new Error("the emulated machine does not answer");
      await new Promise((later) => setTimeout(later, 500));
    }
  }
}

/** Starts an emulated TPM that ends with the machine, and says how the machine reaches it. */
function tpmOf(folder: string): readonly string[] {
  const state = join(folder, "tpm");
  const socket = join(state, "socket");
  mkdirSync(state);
  const argv = ["socket", "--tpm2", "--tpmstate", `dir=${state}`, "--ctrl", `type=unixio,path=${socket}`];
  execFileSync("swtpm", [...argv, "--terminate", "--daemon"], { stdio: ["ignore", "ignore", "inherit"] });
  return [
    ...["-chardev", `socket,id=tpm,path=${socket}`, "-tpmdev", "emulator,id=tpm0,chardev=tpm"],
    ...["-device", "tpm-tis,tpmdev=tpm0"],
  ];
}
