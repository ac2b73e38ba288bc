import { type Outcome, ok } from "../../base/outcome.ts";
import type { Resource } from "../../machines/resources.ts";
import { LAYOUT, pillFile, vereFile } from "../../urbit/layout.ts";
import { converge, everyChange } from "../batch.ts";
import { batchOf, check, done, hostOf } from "../lib.ts";
import type { RuntimeFiles, Step, StepContext } from "../step.ts";

const PINNED = "vere and pill on the host have the pinned digests";

/** P3 of deploy-planet: the runtime, by digest, shipped over SSH so that the host needs no egress for it. */
export const placeVere: Step = {
  kind: "place-vere",
  specialist: "lead",
  scope: "host",
  effect: () => "reversible",
  describe: (target) => ({
    purpose: `Place vere ${target.plan.runtime.version} on ${hostOf(target).name}`,
    inputs: [`baseline of ${hostOf(target).name}`, "given: vere binary and boot pill by digest"],
    outputs: [`vere on ${hostOf(target).name}`],
    checks: [PINNED],
    commands: [`sha256sum ${LAYOUT.vereDirectory}/*/urbit`],
    minutes: { low: 1, high: 5 },
    risk: {
      level: "low",
      what: "a binary that is not the pinned one",
      answer: "its SHA-256 is compared on the host before it is used",
    },
  }),
  apply: async (context) => {
    const files = await filesOf(context);
    if (!files.ok) return files;
    const request = {
      batch: batchOf(context, "vere"),
      resources: files.value,
      dryRun: false,
      revertAfterSeconds: null,
    };
    const placed = await converge(context.machine, request);
    if (!placed.ok) return placed;
    const { changed } = placed.value.value;
    const version = context.target.plan.runtime.version;
    const text = `vere ${version} ${changed === 0 ? "was already" : "placed"} on ${context.machine.name}`;
    return done(changed === 0, [text], { version }, [placed.value.sighting]);
  },
  check: async (context) => {
    const files = await filesOf(context);
    if (!files.ok) return files;
    const request = { batch: batchOf(context, "vere"), resources: files.value, dryRun: true, revertAfterSeconds: null };
    const looked = await context.machine.converge(request);
    if (!looked.ok) return looked;
    const off = looked.value.value.records
      .filter((record) => record.status !== "ok")
      .map((record) => `${record.id}: ${record.why}`);
    return ok([
      check(PINNED, off.length === 0, off.length === 0 ? "digests match" : off.join("; "), looked.value.sighting),
    ]);
  },
  undo: async (context) => {
    const undone = await context.machine.undo(batchOf(context, "vere"));
    if (!undone.ok) return undone;
    const { failed, changed } = undone.value.value;
    return ok({
      undone: failed === 0,
      detail: `${changed} file(s) taken away`,
      checks: [everyChange(undone.value.value, undone.value.sighting)],
    });
  },
};

async function filesOf(context: StepContext): Promise<Outcome<readonly Resource[]>> {
  const runtime = await context.runtime();
  if (!runtime.ok) return runtime;
  return ok(resources(runtime.value));
}

function resources({ version, vere, pill }: RuntimeFiles): readonly Resource[] {
  const file = (path: string, mode: string, source: { file: string; sha256: string }): Resource => ({
    kind: "download",
    id: path,
    path,
    owner: "root",
    group: "root",
    mode,
    sha256: source.sha256,
    url: null,
    localFile: source.file,
  });
  const binary = file(vereFile(version, vere.sha256), "0755", vere);
  return pill === null ? [binary] : [binary, file(pillFile(pill.sha256), "0644", pill)];
}
