import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { ControlStanding } from "../../audit/standing.ts";
import { writeFileAtomic } from "../../base/files.ts";
import type { FrameworkCatalogue } from "../../knowledge/controls.ts";
import { standingsCsv } from "./csv.ts";
import { assessmentResults } from "./oscal.ts";
import { compliancePacket } from "./packet.ts";

export interface Packet {
  readonly catalogue: FrameworkCatalogue;
  /** Hosts and runs that were looked at. */
  readonly subjects: readonly string[];
  readonly at: string;
  readonly standings: readonly ControlStanding[];
  /** Outputs by digest. */
  readonly raw: readonly (readonly [digest: string, text: string])[];
}

/** Writes packet.html, controls.csv, assessment-results.json and the outputs they link to under `folder`. */
export async function writePacket(folder: string, { catalogue, subjects, at, standings, raw }: Packet): Promise<void> {
  await mkdir(join(folder, "raw"), { recursive: true, mode: 0o700 });
  for (const [digest, text] of raw) await writeFileAtomic(join(folder, "raw", digest), text);
  const { framework, title, source } = catalogue;
  const html = compliancePacket({ framework: title, source, scope: subjects.join(", "), at, standings });
  await writeFileAtomic(join(folder, "packet.html"), html);
  await writeFileAtomic(join(folder, "controls.csv"), standingsCsv(standings));
  const oscal = assessmentResults({ framework, title, at, subjects, standings });
  await writeFileAtomic(join(folder, "assessment-results.json"), `${JSON.stringify(oscal, null, 2)}\n`);
}
