import type { Platform } from "../brief/schema.ts";
import type { Decision, SpecialistName } from "./schema.ts";

interface Setter {
  readonly specialist: SpecialistName;
  readonly step: string;
}

export interface Control {
  readonly name: string;
  /** The lowest level it belongs to. */
  readonly from: Decision["security"]["level"];
  /** Kind of the step that sets it on hosts of one's own or rented, and on a platform that ships share. */
  readonly onHosts: string;
  readonly onShared: string;
}

/** The seed's lists by level (basic: firewall and SSH; standard: fail2ban, updates; strict: LUKS, MAC, audit, validation) and what every ship gets. */
export const CONTROLS: readonly Control[] = [
  { name: "firewall, inbound denied by default", from: "basic", onHosts: "baseline", onShared: "harden-platform" },
  { name: "service user without login", from: "basic", onHosts: "baseline", onShared: "harden-platform" },
  { name: "single writer per ship (lease)", from: "basic", onHosts: "unit", onShared: "deploy-on-" },
  { name: "SSH hardening", from: "basic", onHosts: "harden-host", onShared: "harden-platform" },
  { name: "fail2ban", from: "standard", onHosts: "harden-host", onShared: "harden-platform" },
  { name: "automatic security updates", from: "standard", onHosts: "harden-host", onShared: "harden-platform" },
  { name: "unit sandbox", from: "standard", onHosts: "harden-host", onShared: "harden-platform" },
  { name: "LUKS encryption of the piers' volume", from: "strict", onHosts: "harden-host", onShared: "encrypt-volumes" },
  { name: "mandatory access control", from: "strict", onHosts: "harden-host", onShared: "harden-platform" },
  { name: "audit logging", from: "strict", onHosts: "harden-host", onShared: "keep-audit-log" },
  { name: "compliance validation", from: "strict", onHosts: "validate-compliance", onShared: "validate-compliance" },
];

/** The step that sets a control on a platform. */
export function setterOf(control: Control, platform: Platform): Setter {
  const hosts = platform === "bare-metal" || platform === "vps";
  const step = hosts ? control.onHosts : control.onShared;
  if (step === "deploy-on-")
    return {
      specialist: platform === "groundseg" ? "groundseg-operator" : "fleet-manager",
      step: `deploy-on-${platform}`,
    };
  return {
    specialist:
      platform === "vps" && control.from === "basic" ? "vps-deployment-specialist" : "urbit-deployment-specialist",
    step,
  };
}
