/**
 * A host's desired state as data. Each resource has an `id` unique in its batch; applying a batch twice changes
 * nothing the second time. The same list has two interpreters: `host/` (POSIX sh over SSH) and `twin/` (a model).
 */
interface Base {
  readonly id: string;
}

export interface PackageResource extends Base {
  readonly kind: "package";
  /** Name in the host's package manager. */
  readonly name: string;
}

export interface UserResource extends Base {
  readonly kind: "user";
  readonly name: string;
  readonly home: string;
  readonly shell: string;
}

export interface DirectoryResource extends Base {
  readonly kind: "directory";
  readonly path: string;
  readonly owner: string;
  readonly group: string;
  /** Octal, as `chmod` takes it: "0700". */
  readonly mode: string;
}

export interface FileResource extends Base {
  readonly kind: "file";
  readonly path: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: string;
  /** Whole content, UTF-8. Never a secret: secrets travel by `ShipOperations`. */
  readonly content: string;
}

/** A file rendered from `{{name}}` marks; a mark without a value is an error before anything is sent. */
export interface TemplateResource extends Base {
  readonly kind: "template";
  readonly path: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: string;
  readonly template: string;
  readonly values: Readonly<Record<string, string>>;
}

/** A systemd unit or timer file with its wanted state; `active: null` leaves running or stopped as found. */
export interface UnitResource extends Base {
  readonly kind: "unit";
  /** With its suffix: `slipway-firewall.service`, `x.timer`. */
  readonly name: string;
  readonly content: string;
  readonly enabled: boolean;
  readonly active: boolean | null;
}

export interface SysctlResource extends Base {
  readonly kind: "sysctl";
  readonly key: string;
  readonly value: string;
}

/** Inbound default of Slipway's own firewall table: everything not allowed by a rule is dropped. SSH as the host runs it is always kept. */
export interface FirewallResource extends Base {
  readonly kind: "firewall";
  readonly inbound: "deny";
}

export interface FirewallRuleResource extends Base {
  readonly kind: "firewall-rule";
  readonly proto: "tcp" | "udp";
  readonly port: number;
  /** Source CIDR, or null for any. */
  readonly from: string | null;
  readonly comment: string;
}

/** New TCP connections to a port are dropped above a rate, counted for each source (an IPv6 source by its /64). */
export interface FirewallLimitResource extends Base {
  readonly kind: "firewall-limit";
  readonly port: number;
  readonly perMinute: number;
  readonly burst: number;
}

/** One line in a file somebody else owns: the first line matching `match` (POSIX ERE) is replaced, else it is appended. */
export interface LineResource extends Base {
  readonly kind: "line";
  readonly path: string;
  readonly line: string;
  readonly match: string | null;
}

/** A file by digest: from the controller's cache over SSH (`localFile`) or fetched by the host itself (`url`). */
export interface DownloadResource extends Base {
  readonly kind: "download";
  readonly path: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: string;
  readonly sha256: string;
  readonly url: string | null;
  readonly localFile: string | null;
}

/**
 * A LUKS2 volume mounted at a directory. What lies there moves onto it, verified, and its former copy is deleted; that
 * fails while anybody uses it. A directory that lies on an encrypted volume already is left as it is.
 */
export interface VolumeResource extends Base {
  readonly kind: "volume";
  readonly path: string;
  /** An empty block device; null for a file on the host's own disk, of most of what is free there. */
  readonly device: string | null;
  readonly unlock: Unlock;
}

/** What unlocks a volume when its host starts: a key file on the host, its TPM, or a person who is asked. */
export type Unlock = "key-file" | "tpm2" | "person";

export type Resource =
  | PackageResource
  | UserResource
  | DirectoryResource
  | FileResource
  | TemplateResource
  | UnitResource
  | SysctlResource
  | FirewallResource
  | FirewallRuleResource
  | FirewallLimitResource
  | LineResource
  | DownloadResource
  | VolumeResource;

/** What became of one resource. `before` and `after` are short descriptions, never content. */
export interface ResourceRecord {
  readonly id: string;
  readonly kind: Resource["kind"];
  readonly status: "ok" | "changed" | "failed";
  readonly before: string;
  readonly after: string;
  readonly why: string;
}
