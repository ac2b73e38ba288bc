import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { freeTcp, freeUdp } from "../../../lab/ports.ts";
import { finish, type Line, launch, pause, tail, type Vessel } from "../vessel.ts";
import { masked, maskedFile, type Recording, TRACE } from "./transcript.ts";

const PROGRAM = "/srv/urbit/bin/urbit";
/** The recorder's working directory, with its piers in `p` and the pill in `bin`. */
const HOME = "/srv/urbit";

/** A directory in which recorded calls are made again: `urbit` is the stand-in, each recorded port a free one. */
export interface Stage {
  readonly folder: string;
  readonly vere: string;
  readonly env: Readonly<Record<string, string>>;
  /** Recorded port to ours. */
  readonly ports: Map<string, number>;
  pier(name: string): string;
  remove(): void;
}

export function makeStage(vere: string, env: Stage["env"] = {}): Stage {
  const folder = mkdtempSync(join(tmpdir(), "sv-"));
  mkdirSync(join(folder, "p"));
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin/solid.pill"), "any bytes are a pill to the stand-in\n");
  return {
    folder,
    vere,
    env,
    ports: new Map(),
    pier: (name) => join(folder, "p", name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A recorded command line as it is called here. */
async function ours(stage: Stage, argv: readonly string[]): Promise<readonly string[]> {
  const words: string[] = [];
  for (const [index, word] of argv.entries()) {
    const before = argv[index - 1];
    if ((before === "-p" || before === "--http-port") && /^\d+$/.test(word)) {
      const port = stage.ports.get(word) ?? (await (before === "-p" ? freeUdp() : freeTcp()));
      stage.ports.set(word, port);
      words.push(String(port));
    } else if (before === "-r" && /^\d+$/.test(word)) words.push(rock(stage, argv.at(-1) ?? "", word));
    else words.push(word === PROGRAM ? stage.vere : word.replace(HOME, stage.folder));
  }
  return words;
}

/** The rock that lies there, where the recorder named one. */
function rock(stage: Stage, pier: string, recorded: string): string {
  const rocks = readdirSync(join(pier.replace(HOME, stage.folder), ".urb/roc"));
  return recorded.length > 3 ? recorded : (rocks[0]?.replace(".jam", "") ?? recorded);
}

/** What our runtime printed, with the recording's paths and ports in place of ours. */
function theirs(stage: Stage, text: string): string {
  let said = text.replaceAll(stage.vere, PROGRAM).replaceAll(stage.folder, HOME);
  for (const [recorded, port] of stage.ports) said = said.replaceAll(new RegExp(`\\b${port}\\b`, "g"), recorded);
  return masked(said);
}

export interface Replayed {
  readonly out: readonly string[];
  readonly err: readonly string[];
  readonly end: Recording["end"];
}

/**
 * Makes a recorded call again and does to it what the recorder did, at the same point of its output. `meanwhile` is for
 * what a recording only tells in words; it is called when every recorded line before the end was seen but the last
 * `leave`.
 */
export async function replay(
  stage: Stage,
  recording: Recording,
  meanwhile: { readonly when: RegExp; readonly act: (vessel: Vessel) => Promise<void> } | null = null,
): Promise<Replayed> {
  const vessel = launch(await ours(stage, recording.argv), {
    cwd: stage.folder,
    patience: 20_000,
    env: {
      STAND_IN_BOOT_SECONDS: "0.6",
      STAND_IN_START_SECONDS: "0.25",
      STAND_IN_OFFLINE_SECONDS: "0.02",
      ...stage.env,
    },
  });
  const wanted = { O: 0, E: 0 };
  for (const step of recording.steps) {
    if ("stream" in step) {
      wanted[step.stream] += 1;
      if (meanwhile?.when.test(step.text)) {
        await reached(vessel, wanted);
        await meanwhile.act(vessel);
      }
    } else if (step.act.kind === "ended") {
      await vessel.end;
    } else {
      await reached(vessel, wanted);
      if (step.act.group) vessel.signalAll(step.act.name);
      else vessel.signal(step.act.name);
    }
  }
  if (recording.end === null) {
    await reached(vessel, wanted);
    vessel.signal("SIGTERM");
  }
  const { code, signal, lines } = await finish(vessel);
  const said = (stream: "O" | "E") =>
    lines.filter((line) => line.stream === stream && !TRACE.test(line.text)).map(({ text }) => theirs(stage, text));
  const end =
    recording.end === null ? null : signal === null ? { code: code ?? -1 } : { signal: constants.signals[signal] };
  return { out: said("O"), err: said("E"), end };
}

/** Waits until as many lines were printed, or the runtime has ended. */
async function reached(vessel: Vessel, wanted: Readonly<Record<"O" | "E", number>>): Promise<void> {
  const count = (stream: Line["stream"]) => vessel.lines.filter((line) => line.stream === stream).length;
  for (let waited = 0; count("O") < wanted.O || count("E") < wanted.E; waited += 5) {
    if (vessel.ended() !== null) return;
    if (waited > 20_000) throw new Error(`fewer lines than recorded:\n${tail(vessel.lines)}`);
    await pause(5);
  }
}

/** The lines a recording has, masked, by stream. */
export function expected(recording: Recording): Replayed {
  const said = (stream: "O" | "E") =>
    recording.steps.flatMap((step) =>
      "stream" in step && step.stream === stream && !TRACE.test(step.text) ? [masked(step.text)] : [],
    );
  return { out: said("O"), err: said("E"), end: recording.end };
}

/** The files of a pier, as the recorder listed them. */
export function files(pier: string, under = ""): readonly string[] {
  const stat = lstatSync(join(pier, under));
  const kind = stat.isDirectory() ? "d" : stat.isSocket() ? "s" : "f";
  const line = maskedFile(`${kind} ${(stat.mode & 0o777).toString(8)} ${stat.size} ${under}`);
  if (kind !== "d") return [line];
  return [line, ...readdirSync(join(pier, under)).flatMap((name) => files(pier, join(under, name)))];
}
