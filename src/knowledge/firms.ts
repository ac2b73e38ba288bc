/** What a firm signs or shows for a framework: by itself, only when asked, not at all, or nobody knows. */
export type Standing = "yes" | "on-request" | "no" | "unknown";
export type FrameworkName = "hipaa" | "gdpr" | "soc2" | "iso27001";

export interface Firm {
  readonly name: string;
  /** HIPAA: a business associate agreement; GDPR: a processing agreement; SOC 2 and ISO 27001: a report or certificate. */
  readonly signs: Readonly<Record<FrameworkName, Standing>>;
  /** Where the statements come from; "recalled" ones are to be checked before relying on them. */
  readonly basis: string;
  /** Towns of its data centres, where the catalogue knows all of them. */
  readonly towns?: readonly string[];
}

const CLOUD = { hipaa: "yes", gdpr: "yes", soc2: "yes", iso27001: "yes" } as const;
const UNKNOWN = { hipaa: "unknown", gdpr: "unknown", soc2: "unknown", iso27001: "unknown" } as const;

/** Firms that rent machines. As of 2026-11; get the signed document before calling anything compliant. */
export const FIRMS: Readonly<Record<string, Firm>> = {
  aws: {
    name: "AWS",
    signs: CLOUD,
    basis: "BAA self-service in AWS Artifact, DPA in the terms (recalled); ISO 27001, SOC 2 (sourced)",
  },
  gcp: {
    name: "Google Cloud",
    signs: CLOUD,
    basis: "BAA and DPA accepted in the console (recalled); ISO 27001, SOC 2 (sourced)",
  },
  azure: {
    name: "Azure",
    signs: CLOUD,
    basis: "BAA and DPA in the product terms (recalled); ISO 27001, SOC 2 (sourced)",
  },
  digitalocean: {
    name: "DigitalOcean",
    signs: { hipaa: "on-request", gdpr: "yes", soc2: "yes", iso27001: "unknown" },
    basis: "a customer lists a BAA with it (2026-05, indirect); GDPR FAQ (2021), SOC 2 Type II (sourced)",
  },
  hetzner: {
    name: "Hetzner",
    signs: { hipaa: "no", gdpr: "yes", soc2: "no", iso27001: "yes" },
    basis: "no BAA and no SOC 2 known (recalled); Art. 28 agreement, ISO 27001 (sourced)",
    towns: [
      "falkenstein",
      "nuremberg",
      "germany",
      "helsinki",
      "finland",
      "ashburn",
      "virginia",
      "hillsboro",
      "oregon",
      "singapore",
    ],
  },
  linode: {
    name: "Linode",
    signs: { hipaa: "unknown", gdpr: "yes", soc2: "yes", iso27001: "yes" },
    basis: "Akamai signs BAAs for some services, compute unclear (2026-02); the rest recalled",
  },
  vultr: {
    name: "Vultr",
    signs: { hipaa: "on-request", gdpr: "yes", soc2: "yes", iso27001: "yes" },
    basis: "BAA on request (third party, sourced); the rest recalled",
  },
  ovh: {
    name: "OVHcloud",
    signs: { hipaa: "on-request", gdpr: "yes", soc2: "yes", iso27001: "yes" },
    basis: "US: HIPAA attestation (sourced), BAA on request (recalled); ISO 27001, SOC 1/2/3 (sourced)",
  },
  oracle: { name: "Oracle Cloud", signs: UNKNOWN, basis: "not looked up" },
  scaleway: { name: "Scaleway", signs: UNKNOWN, basis: "not looked up" },
  contabo: { name: "Contabo", signs: { ...UNKNOWN, gdpr: "yes" }, basis: "an EU company, a DPA is usual (recalled)" },
  netcup: { name: "netcup", signs: { ...UNKNOWN, gdpr: "yes" }, basis: "an EU company, a DPA is usual (recalled)" },
};

/** A firm by its name in a brief. */
export function firmOf(key: string): Firm {
  return FIRMS[key] ?? { name: key, signs: UNKNOWN, basis: "not looked up" };
}
