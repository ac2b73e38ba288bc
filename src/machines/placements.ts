import { readFile } from "node:fs/promises";
import { writeFileAtomic } from "../base/files.ts";

/** Where a ship was last put, so that the next plan leaves it there and gives its ports to nobody else. */
export interface Placement {
  readonly host: string;
  readonly amesPort: number;
  readonly httpPort: number;
  readonly fake: boolean;
  /** The name it was last served under. */
  readonly domain?: string;
}

export type Placements = Readonly<Record<string, Placement>>;

/** Where the site's ships lie, by @p; nothing placed yet is an empty record. */
export async function readPlacements(file: string): Promise<Placements> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Placements;
  } catch {
    return {};
  }
}

export async function writePlacements(file: string, placements: Placements): Promise<void> {
  await writeFileAtomic(file, `${JSON.stringify(placements, null, 1)}\n`);
}
