import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { configuration, type Outcome, ok } from "../base/outcome.ts";
import { lint, notBuilt } from "../plan/lint.ts";
import { type Plan, PlanSchema } from "../plan/schema.ts";
import type { Home } from "../run/home.ts";
import { runtimeFiles } from "../run/runtime.ts";
import { isAwaited } from "../specialists/lib.ts";
import { readKeyfile } from "../urbit/keyfile.ts";
import { usage } from "./command.ts";
import type { Io } from "./io.ts";

/** A plan from a file: what `slipway plan --json` printed, or the plan alone. Edited by hand it is refused. */
export async function planFromFile(io: Io, file: string): Promise<Outcome<Plan>> {
  let text: string;
  try {
    text = await readFile(resolve(io.cwd, file), "utf8");
  } catch (error) {
    return usage(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`, "check the path");
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message repeats a piece of the file, which may be anything: a keyfile given by mistake.
    return usage(`${file} is not JSON`, 'make it with: slipway plan "…" --json > plan.json');
  }
  const inner = typeof value === "object" && value !== null && "plan" in value ? value.plan : value;
  const parsed = PlanSchema.safeParse(inner);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return usage(
      `${file} is not a plan: ${issue?.path.join(".")}: ${issue?.message}`,
      'make it with: slipway plan "…" --json > plan.json',
    );
  }
  return ok(parsed.data);
}

/** What must hold before anybody is asked to approve a plan. Reads keys and files; touches no host. */
export async function mayLaunch(home: Home, plan: Plan): Promise<Outcome<null>> {
  const fault = lint(plan)[0];
  if (fault !== undefined) {
    const edited = fault.at === "plan";
    return configuration(
      edited ? "plan-edited" : "plan-unsound",
      `the plan may not be launched: ${fault.at}: ${fault.fault}`,
      "make it anew: slipway plan … --json",
    );
  }
  const onHosts = plan.intent === "deploy" && (plan.platform === "bare-metal" || plan.platform === "vps");
  const unnamed = new Set(plan.hosts.filter(isAwaited).map((host) => host.name));
  if (onHosts && unnamed.size > 0) {
    const homeless = plan.ships.filter((ship) => unnamed.has(ship.host)).length;
    return configuration(
      "hosts-missing",
      `${homeless} of ${plan.ships.length} ship(s) have no host to go to`,
      "name your hosts first: slipway host add root@HOST --name NAME; or rehearse: --twin",
    );
  }
  const missing = notBuilt(plan);
  if (missing.length > 0) {
    const what = plan.intent === "deploy" ? plan.platform : `work of the kind "${plan.intent}"`;
    return configuration(
      "not-built-yet",
      `${what} is decided and planned, but this version cannot carry it out: ${missing.join(", ")}`,
      plan.intent === "deploy"
        ? "launch it on hosts you own (bare metal or VPS), or keep the plan for a later version"
        : "read and keep the plan: slipway plan … --format html --out plan.html",
    );
  }
  const kinds = new Set(plan.phases.flatMap((phase) => phase.steps).map((step) => step.action.kind));
  for (const ship of kinds.has("check-key") ? plan.ships : []) {
    if (ship.fake) continue;
    if (!ship.name.startsWith("~"))
      return configuration(
        "ship-unnamed",
        `${ship.name} has no name: a live ship is named by its @p`,
        'name the ships: slipway launch "Deploy ~sampel-palnet …" --key ~sampel-palnet=FILE',
      );
    if (ship.keyRef === null)
      return configuration("key-missing", `${ship.name} has no keyfile`, `--key ${ship.name}=FILE`);
    const key = await readKeyfile(ship.keyRef.replace(/^file:/, ""), ship.name);
    if (!key.ok) return key;
  }
  if (!kinds.has("place-vere") || plan.hosts.every((host) => host.address === "twin")) return ok(null);
  const files = await runtimeFiles(home, plan.runtime);
  return files.ok ? ok(null) : files;
}
