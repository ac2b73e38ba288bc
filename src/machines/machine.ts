import type { Outcome } from "../base/outcome.ts";
import type { Resource, ResourceRecord } from "./resources.ts";
import type { ShipOperations } from "./ships.ts";

/** What one operation showed, before it becomes evidence: the command as a person could type it, and what it printed. */
export interface Sighting {
  readonly at: string;
  readonly host: string;
  readonly command: string;
  readonly exit: number | null;
  /** Everything printed, stdout then stderr, stripped of secrets. */
  readonly raw: string;
}

/** A value with the sighting it was read from. */
export interface Seen<T> {
  readonly value: T;
  readonly sighting: Sighting;
}

export interface Facts {
  readonly machineId: string;
  readonly hostname: string;
  /** `ID` and `VERSION_ID` of os-release. */
  readonly os: string;
  readonly osVersion: string;
  readonly arch: string;
  readonly kernel: string;
  /** `systemd-detect-virt`, "none" on bare metal. */
  readonly virtualization: string;
  readonly init: string;
  readonly ramBytes: number;
  readonly swapBytes: number;
  /** Of the file system that holds `/var/lib`. */
  readonly diskFreeBytes: number;
  readonly inodesFree: number;
  /** True for a spinning disk, null where the kernel does not say. */
  readonly rotational: boolean | null;
  /** Host clock minus controller clock, seconds, to about half a round trip. */
  readonly clockSkewSeconds: number;
  readonly timeSync: "chrony" | "ntpd" | "timesyncd" | "container" | "none";
  /** Bound sockets: `udp 34540`, `tcp 22`. */
  readonly ports: readonly string[];
  readonly sshPorts: readonly number[];
  readonly firewall: "ufw" | "nftables" | "iptables" | "none";
  readonly packageManager: "apt" | "none";
  /** Names of the ships under Slipway's directory on the host. */
  readonly ships: readonly string[];
}

/** A question a host answers without being changed. */
export interface Question {
  readonly id: string;
  /** POSIX sh, run as root; it only reads. What it prints on standard output is the answer. */
  readonly command: string;
  /** Longest it may take; 20 when left out. */
  readonly seconds?: number;
}

export interface Answer {
  /** Exit status; 124 when it took too long. Null where the twin does not model the question. */
  readonly exit: number | null;
  readonly text: string;
}

export type Answers = Readonly<Record<string, Answer>>;

/** One answer over HTTP, with its milliseconds on our own clock. */
export interface WebAnswer {
  readonly status: number;
  readonly ms: number;
}

export interface Probe {
  /** `ssh`: from this machine through a forwarded port. `itself`: the host is this machine. */
  readonly via: "ssh" | "itself" | "twin";
  readonly answers: readonly WebAnswer[];
}

export interface ConvergeRequest {
  /** Names the batch on the host: its undo journal and its revert are filed under it. `[a-z0-9-]+`. */
  readonly batch: string;
  readonly resources: readonly Resource[];
  /** Reads and compares only; every record says what would change. */
  readonly dryRun: boolean;
  /**
   * Seconds after which the host undoes the batch by itself unless a new connection of ours confirms it; null for a
   * batch that cannot cut us off.
   */
  readonly revertAfterSeconds: number | null;
  /** Asked when the batch is through, in the same round trip; by the new login where one has to confirm the batch. */
  readonly questions?: readonly Question[];
  /** Carried over a login of its own: that it is answered shows that new ones are let in. */
  readonly newLogin?: boolean;
}

export interface Convergence {
  readonly records: readonly ResourceRecord[];
  readonly changed: number;
  readonly failed: number;
  /** Answers to the request's questions, by their ids; none where a new login asked them (`secondLook`). */
  readonly answers: Answers;
  /**
   * What the new login saw that confirmed the batch: everything compared again, the questions asked again. Null where
   * none was needed, and where its answer did not come whole.
   */
  readonly secondLook: Seen<Convergence> | null;
}

/** A host as specialists see it: the real one over SSH, this machine, or the twin. */
export interface Machine {
  readonly name: string;
  /** True for the twin: nothing it says may be reported as proved. */
  readonly rehearsal: boolean;
  readonly ships: ShipOperations;
  /** /etc/machine-id: read once per connection, since every fence names it. */
  machineId(): Promise<Outcome<string>>;
  facts(): Promise<Outcome<Seen<Facts>>>;
  /** Facts and answers in one round trip. */
  survey(questions: readonly Question[]): Promise<Outcome<Seen<{ readonly facts: Facts; readonly answers: Answers }>>>;
  /** Asks any number of questions in one round trip; the answers stand under the questions' ids. */
  ask(questions: readonly Question[]): Promise<Outcome<Seen<Answers>>>;
  converge(request: ConvergeRequest): Promise<Outcome<Seen<Convergence>>>;
  /** Restarts the host, in a moment: it says yes and goes down. */
  restart(): Promise<Outcome<Seen<null>>>;
  /**
   * How fast a port of the host's loopback answers HTTP as this machine sees it: the round trip over the network is in
   * it. The path must be one that may be asked by anyone at any time.
   */
  probe(port: number, path: string, times: number): Promise<Outcome<Seen<Probe>>>;
  /** Puts back what the batch changed, newest change first. A batch never applied here is a success with nothing undone. */
  undo(batch: string): Promise<Outcome<Seen<Convergence>>>;
  /**
   * Named digests of the host's state (packages, users, groups, units, etc, firewall, sysctl, srv): equal before and
   * after means the host was left as found.
   */
  fingerprint(): Promise<Outcome<Seen<Readonly<Record<string, string>>>>>;
  /** Ends what the controller holds open for this host (an SSH master connection). */
  close(): Promise<void>;
}
