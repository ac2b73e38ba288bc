import { resolve } from "node:path";
import type { Failure } from "../../base/outcome.ts";
import { briefText } from "../../brief/sheet.ts";
import { decisionText } from "../../decide/render.ts";
import type { Home } from "../../run/home.ts";
import { DEFAULT_VERSION, pinRuntime } from "../../run/runtime.ts";
import { carryOut, slipOf } from "../carry-out.ts";
import { BY_OPTION, type Command, type Input, JSON_OPTION, usage } from "../command.ts";
import { EXIT, failPlanning, failWith } from "../exit.ts";
import type { Io } from "../io.ts";
import { planFromFile } from "../launching.ts";
import { reasonsOf } from "../plan-files.ts";
import { planForTerminal } from "../plan-text.ts";
import { PLANNING_OPTIONS, type Planned, planFor } from "../planning.ts";
import { homeOf } from "../site.ts";

export const LAUNCH_OPTIONS: Command["options"] = {
  yes: { type: "boolean", about: "approve the plan now (never a step that cannot be undone)" },
  "approve-irreversible": {
    type: "string",
    value: "GATE",
    multiple: true,
    about: "approve this irreversible gate too (may be repeated)",
  },
  detach: { type: "boolean", about: "start it and return" },
  parallel: { type: "string", value: "N", about: "steps at work at once; default 256" },
  "gate-hours": { type: "string", value: "N", about: "hours an open gate waits for approval; default 336" },
  vere: {
    type: "string",
    value: "FILE",
    about: "vere binary to pin and use; default: $SLIPWAY_VERE, else the pinned one",
  },
  pill: { type: "string", value: "FILE", about: "boot pill to pin and use; default: $SLIPWAY_PILL" },
  by: BY_OPTION,
  json: JSON_OPTION,
};

export const command: Command = {
  name: "launch",
  summary: "plan, ask, carry out, report",
  usage: "[SENTENCE]",
  words: [0, 1],
  examples: [
    'slipway launch "Deploy 3 fake ships to dev, staging and production on my own servers with standard hardening"',
    'slipway launch "Deploy 3 fake ships to dev, staging and production" --twin --yes',
    "slipway launch --plan plan.json --yes --by ada",
  ],
  options: {
    plan: { type: "string", value: "FILE", about: "carry out this plan" },
    ...PLANNING_OPTIONS,
    ...LAUNCH_OPTIONS,
  },
  run: async (input, io) => {
    const json = input.flag("json");
    const home = homeOf(io);
    const slip = slipOf(input);
    if (!slip.ok) return failWith(io, slip.failure, json);
    const file = input.text("plan");
    const sentence = input.words[0] ?? null;
    if (file !== null && sentence !== null) {
      const twice = usage("a sentence and --plan were both given", "give one of them");
      return failWith(io, twice.failure, json);
    }
    const pinned = await pinFromFlags(io, input);
    if (pinned !== null) return pinned;
    if (file !== null) {
      const plan = await planFromFile(io, file);
      if (!plan.ok) return failWith(io, plan.failure, json);
      if (!json) io.out(`${planForTerminal(io, plan.value)}\n`);
      return carryOut(io, home, input, plan.value, await reasonsOf(resolve(io.cwd, file)));
    }
    const planned = await planFor(io, home, input, sentence);
    if (!planned.ok) return failPlanning(io, planned.failure, json);
    const { brief, reviewed } = planned.value;
    if (!json && !reviewed) io.out(`${briefText(brief, sentence, io.columns)}\n`);
    return launchPlanned(io, home, input, planned.value);
  },
};

/** Shows what was decided and planned, and carries it out where it can be had. */
export async function launchPlanned(io: Io, home: Home, input: Input, planned: Planned): Promise<number> {
  const { brief, decision, plan } = planned;
  const json = input.flag("json");
  if (!json) io.out(`${decisionText(decision)}\n${planForTerminal(io, plan)}\n`);
  if (decision.feasible) return carryOut(io, home, input, plan, { brief, decision });
  const failure: Failure = {
    kind: "critical",
    code: "infeasible",
    what: "this cannot be had as asked",
    why: decision.conflicts.map((conflict) => conflict.because).join("; "),
    next: `for example: slipway launch "${decision.alternatives[0]?.sentence ?? ""}"`,
  };
  return failWith(io, failure, json, EXIT.infeasible);
}

/** Takes `--vere`/`--pill` (or their variables) into the cache before planning, so that the plan carries their digests. */
export async function pinFromFlags(io: Io, input: Input): Promise<number | null> {
  const vere = input.text("vere") ?? io.env.SLIPWAY_VERE ?? null;
  if (vere === null || vere === "" || input.flag("twin") || input.text("plan") !== null) return null;
  const pill = input.text("pill") ?? io.env.SLIPWAY_PILL ?? null;
  const version = io.env.SLIPWAY_VERE_VERSION ?? DEFAULT_VERSION;
  const local = (file: string) => ({ from: resolve(io.cwd, file), sha256: null });
  const pinned = await pinRuntime(homeOf(io), version, local(vere), pill ? local(pill) : null);
  return pinned.ok ? null : failWith(io, pinned.failure, input.flag("json"), EXIT.usage);
}
