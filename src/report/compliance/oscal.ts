import { createHash } from "node:crypto";
import type { Finding } from "../../audit/finding.ts";
import type { ControlStanding } from "../../audit/standing.ts";

export interface OscalFacts {
  readonly framework: string;
  readonly title: string;
  readonly at: string;
  readonly subjects: readonly string[];
  readonly standings: readonly ControlStanding[];
}

type Id = (name: string) => string;

const OSCAL_VERSION = "1.1.2";
const NAMESPACE = "https://slipway.example/ns/oscal";

/**
 * OSCAL 1.1.2 assessment-results. An evidenced control is a finding whose target is satisfied; an attested or open one is
 * not-satisfied with its standing as a property: OSCAL has no third word. Ids are made from content, so the same facts
 * give the same document.
 */
export function assessmentResults(facts: OscalFacts): object {
  const { framework, title, at, subjects, standings } = facts;
  const id: Id = (name) => uuidOf(`${framework} ${at} ${name}`);
  const observations = standings.flatMap(({ findings }) => findings);
  const unique = [...new Map(observations.map((finding) => [`${finding.check} ${finding.on}`, finding])).values()];
  return {
    "assessment-results": {
      uuid: id("document"),
      metadata: {
        title: `Observations for ${title}`,
        "last-modified": at,
        version: at,
        "oscal-version": OSCAL_VERSION,
      },
      "import-ap": { href: "#none" },
      results: [
        {
          uuid: id("result"),
          title: `Looked at ${subjects.join(", ")}`,
          description: "Read-only checks of hosts and runs, and attestations of persons.",
          start: at,
          "reviewed-controls": {
            "control-selections": [
              { "include-controls": standings.map(({ control }) => ({ "control-id": token(control.id) })) },
            ],
          },
          // The schema takes no empty list.
          ...(unique.length === 0 ? {} : { observations: unique.map((finding) => observationOf(finding, id, at)) }),
          findings: standings.map(({ control, standing, because, findings }) => ({
            uuid: id(`finding ${control.id}`),
            title: `${control.id}: ${control.title}`,
            description: because,
            props: [property("standing", standing), property("specification", control.spec)],
            target: {
              type: "objective-id",
              "target-id": token(control.id),
              status: { state: standing === "evidenced" ? "satisfied" : "not-satisfied", remarks: standing },
            },
            ...(findings.length === 0
              ? {}
              : {
                  "related-observations": findings.map(({ check, on }) => ({
                    "observation-uuid": id(`observation ${check} ${on}`),
                  })),
                }),
          })),
        },
      ],
    },
  };
}

function observationOf({ check, on, title, seen, status, command, observation }: Finding, id: Id, at: string) {
  const evidence = { description: command, ...(observation === null ? {} : { href: `raw/${observation.rawSha256}` }) };
  return {
    uuid: id(`observation ${check} ${on}`),
    title,
    description: `${on}: ${seen}`,
    props: [property("check", check), property("status", status)],
    methods: ["TEST"],
    types: ["finding"],
    "relevant-evidence": [evidence],
    collected: observation?.at ?? at,
  };
}

function property(name: string, value: string) {
  return { name, ns: NAMESPACE, value };
}

/** An OSCAL token: a letter first, then letters, digits, dots, dashes and underscores. */
function token(id: string): string {
  const plain = id.replace(/[^A-Za-z0-9._-]/g, "_");
  return /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`;
}

/** A version 4-shaped UUID out of a name's digest. */
function uuidOf(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex");
  const variant = "89ab"[Number.parseInt(hex.slice(16, 17), 16) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
