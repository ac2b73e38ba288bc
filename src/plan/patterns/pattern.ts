import type { PlanBase } from "../../specialists/step.ts";
import type { Gate, HostTarget, ShipTarget } from "../schema.ts";

/** A phase as a pattern asks for it: which steps of the catalogue, on which of the plan's ships and hosts, behind which gate. */
export interface PhaseSpec {
  readonly id: string;
  readonly name: string;
  readonly gate?: Gate | null;
  /** Kinds of steps, each after what it takes its inputs from. */
  readonly uses: readonly string[];
  /** Ships its steps work on; left out: all of the plan. Its hosts are theirs. */
  readonly ships?: readonly ShipTarget[];
  readonly hosts?: readonly HostTarget[];
}

/** What a pattern is made from. */
export interface Job {
  readonly base: PlanBase;
  readonly complexity: "simple" | "medium" | "complex";
  /** Part of the decision that gates show. */
  readonly monthly: string;
  /** False where the words refuse backups. */
  readonly backups: boolean;
}

/** A cluster or GroundSeg: one platform under all ships, rather than hosts one by one. */
export function isShared(base: PlanBase): boolean {
  return base.platform === "groundseg" || base.platform === "kubernetes";
}

/** Steps that look at hosts before they are used; each says itself where it is not needed. */
export const ARRIVE = ["create-server", "assess-host", "provider-boundary"] as const;
/** Steps that make a host ready for ships. */
export const PREPARE = ["baseline", "place-vere"] as const;

/** Hardening of a host; each says itself at which level it is needed. */
export const HARDEN_HOST = ["harden-host", "encrypt-piers"] as const;

/** Steps that bring up a platform shared by all ships, hardened from the first. */
export function provision(base: PlanBase): readonly string[] {
  if (base.platform === "groundseg") return ["install-groundseg", "connect-startram"];
  return ["provision-cluster", "provision-storage", "provision-network", "isolate-tenants"];
}

/** Steps that put one ship up and prove it. */
export function runShip(base: PlanBase): readonly string[] {
  if (base.platform === "groundseg") return ["check-key", "deploy-on-groundseg"];
  if (base.platform === "kubernetes") return ["check-key", "deploy-on-kubernetes"];
  return ["check-key", "boot", "unit", "prove", "sandbox", "https-front", "https"];
}

/** Copies of every pier, and a place to start from them; each says itself where it is not needed. */
export function recover({ backups, base }: Job): readonly string[] {
  return backups || base.disasterRecovery ? ["set-up-backups", "set-up-recovery"] : [];
}

/** Hardening of a shared platform; the strict level's own steps say themselves when they are needed. */
export const HARDEN_PLATFORM = ["harden-platform", "encrypt-volumes", "keep-audit-log", "control-access"] as const;

export const WATCH = [
  "set-up-metrics",
  "set-up-logs",
  "set-up-alerts",
  "set-up-slo",
  "prove-alert",
  "ship-audit-log",
] as const;

export const HAND_OVER = ["hand-over", "train-operations", "schedule-reviews"] as const;

export function planGate(what: string): Gate {
  return { id: "plan", shows: `the whole plan: ${what}`, irreversible: false };
}

/** A live ship's first boot is its first contact with the network: nothing takes that back. */
export function firstContactGate(id: string, ships: readonly ShipTarget[]): Gate | null {
  const live = ships.filter((ship) => !ship.fake);
  if (live.length === 0) return null;
  const shows = `first boot of ${namesOf(live)}: it cannot be undone without a breach`;
  return { id: `first-boot-${id}`, shows, irreversible: true };
}

/** The first few names, and how many more there are. */
export function namesOf(ships: readonly ShipTarget[], most = 5): string {
  const named = ships.slice(0, most).map((ship) => ship.name);
  return `${named.join(", ")}${ships.length > most ? ` and ${ships.length - most} more` : ""}`;
}
