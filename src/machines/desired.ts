import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../base/files.ts";
import type { Convergence, ConvergeRequest, Machine } from "./machine.ts";
import type { Resource } from "./resources.ts";

/** Runs are named `YYYYMMDD-HHMMSS-xxxx`; what follows in a batch's name is the step and its phase. */
const RUN_PREFIX = /^\d{8}-\d{6}-[0-9a-f]{4}-/;

/**
 * A machine that remembers what it was last converged to, one file for each kind of batch, so that a later look can tell
 * what has drifted. Resources hold no secret. What is undone is forgotten.
 */
export function remembering(machine: Machine, folder: string): Machine {
  const fileOf = (batch: string) => join(folder, machine.name, `${batch.replace(RUN_PREFIX, "")}.json`);
  // What could not be set never was: nothing can drift from it.
  const note = async ({ batch, resources }: ConvergeRequest, records: Convergence["records"]) => {
    const failed = new Set(records.filter(({ status }) => status === "failed").map(({ id }) => id));
    const set = resources.filter(({ id }) => !failed.has(id));
    await writeFileAtomic(fileOf(batch), `${JSON.stringify({ batch, resources: set })}\n`);
  };
  return {
    ...machine,
    converge: async (request) => {
      const converged = await machine.converge(request);
      if (converged.ok && !request.dryRun) await note(request, converged.value.value.records);
      return converged;
    },
    undo: async (batch) => {
      const undone = await machine.undo(batch);
      if (undone.ok && undone.value.value.failed === 0) await rm(fileOf(batch), { force: true });
      return undone;
    },
  };
}

/** Everything a host was last converged to, in the order it was set: a resource of two batches as the later one has it. */
export async function desiredOf(folder: string, host: string): Promise<readonly Resource[]> {
  const files = (await readdir(join(folder, host)).catch(() => [])).filter((name) => name.endsWith(".json"));
  const batches = await Promise.all(
    files.map(async (name) => JSON.parse(await readFile(join(folder, host, name), "utf8")) as Batch),
  );
  batches.sort((a, b) => (a.batch < b.batch ? -1 : 1));
  const resources = new Map<string, Resource>();
  for (const batch of batches) for (const resource of batch.resources) resources.set(resource.id, resource);
  return [...resources.values()];
}

interface Batch {
  readonly batch: string;
  readonly resources: readonly Resource[];
}
