import { type Rule, rule } from "../phrases.ts";

/** What hints at a framework, and why it is asked about. */
export interface Hint {
  readonly framework: "hipaa" | "gdpr" | "soc2" | "iso27001" | null;
  readonly because: string;
}

const hint = (framework: Hint["framework"], because: string, ...patterns: string[]): Rule =>
  rule({ hint: { framework, because } satisfies Hint }, ...patterns);

const COMPLIANT =
  "compliance|compliant|ready|certified|certification|requirements|requirement|rules|hardening|controls|regulated|regulation(s)|audit";
const PEOPLE =
  "customer(s)|user(s)|citizen(s)|resident(s)|client(s)|people|members|data|personal|visitors|individuals|subjects|persons|companies|clientele";

/** Compliance as stated, and as hinted at. */
export const COMPLIANCE_WORDS: readonly Rule[] = [
  rule({ compliance: "hipaa" }, `hipaa ${COMPLIANT}?`, "hippa compliance|compliant?", "hipaa hitech"),
  rule(
    { compliance: "gdpr" },
    `gdpr ${COMPLIANT}?`,
    "dsgvo|rgpd konform?",
    "general data protection regulation",
    "uk gdpr",
  ),
  rule({ compliance: "soc2" }, `soc2 type? ii|2|i|1? ${COMPLIANT}?`, `soc 2|ii type? ii|2|i|1? ${COMPLIANT}?`),
  rule(
    { compliance: "iso27001" },
    `iso27001|iso27k ${COMPLIANT}?`,
    `iso iec? 27001|27k ${COMPLIANT}?`,
    "iso / iec 27001 compliance|certified?",
    "27001 certified|compliant|certification",
  ),
  rule(
    { complianceNone: true },
    "no compliance|regulatory requirement(s)|requirements|needs|constraint(s)|framework(s)|obligations|concerns?",
    "no particular|special|specific|formal compliance requirements?",
    "dont|do not? need|have|require to? be? any? compliance|compliant|certification",
    "not regulated",
    "unregulated",
    "compliance is?|: none|not|irrelevant needed|required|applicable|relevant?",
    "compliance isnt needed|required|relevant|applicable?",
  ),
  hint(
    "hipaa",
    "health data may fall under HIPAA",
    "healthcare data|customers|clients|company|provider|startup|org|organization?",
    "health care|data|records|information|app|related data?",
    "patient(s) data|records|information?",
    "hospital(s)|hospice",
    "medical records|data|practice?",
    "clinic(s)|clinical data?",
    "phi|ephi",
    "protected health information",
    "doctor(s)|physician(s)|dentist(s)|therapist(s)|nurses|telehealth|telemedicine",
    "baa",
    "business associate agreement?",
    "mental health",
    "electronic? health records",
    "ehr|emr",
  ),
  hint(
    "gdpr",
    "personal data of people in the EU may fall under GDPR",
    `eu|european|german|french|dutch|italian|spanish|eea|europe|uk|swedish|austrian|irish|polish ${PEOPLE} data?`,
    "europeans|germans",
    `${PEOPLE} in the? eu|europe|eea|germany|france|european union?`,
    `${PEOPLE} from the? eu|europe|eea|germany|france`,
    `${PEOPLE} across the? eu|europe`,
    "personal data|information",
    "pii",
    "data residency|subjects|subject|sovereignty in|within? the? eu|europe?",
    "right to be forgotten",
    "data protection officer|law|laws|authority?",
    "dpo",
    "privacy law(s)|regulation(s)",
  ),
  hint(
    "soc2",
    "customers who ask about controls often ask for SOC 2",
    "auditor(s)|auditing",
    "vendor security? questionnaire(s)|review|reviews|assessment(s)",
    "security questionnaire(s)|reviews",
    "pass an? audit",
    "external|third audit|party audit?",
    "enterprise customers|clients|buyers|procurement",
    "saas customers",
    "due diligence",
  ),
  hint(
    "iso27001",
    "an information security management system is what ISO 27001 describes",
    "isms",
    "information security management system?",
    "iso certified|certification|audit",
  ),
  hint(
    null,
    "rules of a trade were spoken of, none by name",
    "regulated|regulators|regulator industry|environment|data|sector|workload(s)?",
    "compliance requirement(s)|needs|obligations|reasons|team|officer|rules|regime",
    "compliance|compliant",
    "fintech|banking|bank|banks|financial data|services|institution(s)?",
    "government data|agency|agencies|contract(s)?",
    "pci dss?",
    "fedramp|itar|cjis|ferpa|nist|cmmc|hitrust|nis2|dora|ccpa",
    "law firm",
    "sensitive data|information|customer",
  ),
];
