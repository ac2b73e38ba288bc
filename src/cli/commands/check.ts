import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Outcome, ok } from "../../base/outcome.ts";
import type { HostTarget } from "../../machines/inventory.ts";
import type { ShipTarget } from "../../plan/schema.ts";
import { type Home, runDirectory } from "../../run/home.ts";
import { GROUPS } from "../../specialists/performance-engineer/success/criterion.ts";
import type { Visits } from "../../specialists/performance-engineer/success/ships.ts";
import { hostsNamed, saying } from "../auditing.ts";
import {
  type CheckedRun,
  checkFolder,
  keepCheck,
  keepCriterion,
  ownLooks,
  type Standing,
  standingShips,
} from "../checking.ts";
import { type Command, type Input, JSON_OPTION, usage } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import { type Io, paint } from "../io.ts";
import { readMonitor } from "../monitoring.ts";
import { homeOf } from "../site.ts";

export const command: Command = {
  name: "check",
  summary: "the success criteria of ships, measured; changes nothing",
  usage: "SHIP|RUN|fleet",
  words: [1, 1],
  examples: [
    "slipway check fleet",
    "slipway check ~sampel-palnet --url ~sampel-palnet=https://ship.example.com",
    "slipway check last --json",
  ],
  options: {
    url: {
      type: "string",
      value: "SHIP=URL",
      multiple: true,
      about: "the ship's public address: its certificate and answers are looked at",
    },
    json: JSON_OPTION,
  },
  run: async (input, io) => {
    const json = input.flag("json");
    const home = homeOf(io);
    const standing = await standingShips(home, input.words[0] ?? "");
    if (!standing.ok) return failWith(io, standing.failure, json, EXIT.usage);
    const standingHere = standing.value.flatMap((one) => one.ships);
    const ships = standingHere.map(({ name }) => name);
    const { addressesOf, visitEach } = await import("../../specialists/performance-engineer/success/visits.ts");
    const urls = urlsOf(input, standingHere, addressesOf(standingHere));
    if (!urls.ok) return failWith(io, urls.failure, json, EXIT.usage);
    saying(io, json, `asking ${ships.join(", ")} …`);
    const at = new Date().toISOString();
    const visits = await visitEach(urls.value);
    const runs: CheckedRun[] = [];
    for (const one of standing.value) {
      const checked = await checkStanding(home, one, visits, at);
      if (!checked.ok) return failWith(io, checked.failure, json);
      runs.push(checked.value);
    }
    const count = (verdict: string) =>
      runs.flatMap(({ criteria }) => criteria).filter((one) => one.verdict === verdict).length;
    const tally = { met: count("met"), notMet: count("not met"), notMeasured: count("not measured") };
    const check = await keepCheck(home, at, runs, tally);
    io.out(
      json
        ? `${JSON.stringify(check, null, 2)}\n`
        : `${runs.map((run) => textOf(io, run)).join("\n")}\nKept: ${check.folder}\n`,
    );
    const broken = runs.some(({ criteria }) =>
      criteria.some(({ promised, verdict }) => promised && verdict === "not met"),
    );
    return broken ? EXIT.failed : EXIT.done;
  },
};

/** Public addresses: those that were given, else the ships' own domains. */
function urlsOf(
  input: Input,
  ships: readonly ShipTarget[],
  domains: ReadonlyMap<string, string>,
): Outcome<ReadonlyMap<string, string>> {
  const urls = new Map(domains);
  for (const word of input.list("url")) {
    const [, ship = "", url = ""] = /^(~[a-z-]+)=(.+)$/.exec(word) ?? [];
    if (!URL.canParse(url) || new URL(url).protocol !== "https:")
      return usage(`"${word}" names no ship with an https address`, "--url ~zod=https://zod.example.com");
    if (!ships.some(({ name }) => name === ship))
      return usage(`${ship} is not among the ships to check`, `slipway check ${ship} --url ${word}`);
    urls.set(ship, url);
  }
  return ok(urls);
}

async function checkStanding(home: Home, one: Standing, visits: Visits, at: string): Promise<Outcome<CheckedRun>> {
  const [{ lookAt }, { judge }, { hostMachine }] = await Promise.all([
    import("../../specialists/performance-engineer/success/look.ts"),
    import("../../specialists/performance-engineer/success/judge.ts"),
    import("../../machines/host/open.ts"),
  ]);
  const { plan, later, ships, records, run } = one;
  const carriers = plan.hosts.filter(({ name }) => ships.some((ship) => ship.host === name));
  const open: ReturnType<typeof hostMachine>[] = [];
  const machine = (host: HostTarget) => {
    const opened = hostMachine(host);
    open.push(opened);
    return opened;
  };
  const looks = await lookAt(carriers, ships, await watcher(home), machine);
  for (const opened of open) await opened.close();
  const up = looks.hosts.flatMap((host) => host.ships).flatMap(({ ship, web }) => (web.ok ? [ship.name] : []));
  const names = ships.map(({ name }) => name);
  const criteria = judge(looks, {
    plan,
    later,
    ships,
    visits: new Map([...visits].filter(([ship]) => names.includes(ship))),
    span: { from: records[0]?.at ?? null, to: records.find(({ body }) => body.kind === "run-ended")?.at ?? null },
    own: await ownLooks(home, { at, ships: names, up }),
    runbook: await runbookOf(home, run),
    now: Date.parse(at),
  });
  const kept: CheckedRun["criteria"] = [];
  for (const criterion of criteria) {
    const stored = await keepCriterion(checkFolder(home, at), criterion);
    if (!stored.ok) return stored;
    kept.push(stored.value);
  }
  return ok({ run, ships: names, up, criteria: kept });
}

/** The host that watches, where one was set up and is still in the inventory. */
async function watcher(home: Home): Promise<HostTarget | null> {
  const monitor = await readMonitor(home);
  if (monitor === null) return null;
  const known = await hostsNamed(home, [monitor.host]);
  return known.ok ? (known.value[0] ?? null) : null;
}

async function runbookOf(home: Home, run: string) {
  const file = join(runDirectory(home, run), "handoff", "runbook.json");
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) return null;
  const { commands } = JSON.parse(text) as { readonly commands: readonly unknown[] };
  return { file, commands: commands.length };
}

const MARKS = { met: "✓", "not met": "✗", "not measured": "·" } as const;
const STYLES = { met: "green", "not met": "red", "not measured": "dim" } as const;

function textOf(io: Io, { run, ships, criteria }: CheckedRun): string {
  const named = ships.length <= 5 ? ships.join(", ") : `${ships.length} ships`;
  const lines = GROUPS.flatMap((group) => [
    "",
    paint(io, "bold", group),
    ...criteria
      .filter((one) => one.group === group)
      .flatMap(({ title, verdict, wanted, promised, measured, because, observation }) => [
        `  ${paint(io, STYLES[verdict], `${MARKS[verdict]} ${verdict.padEnd(12)}`)} ${title}${promised ? "" : "  (no plan promised it)"}`,
        `      wanted    ${wanted}`,
        ...(measured === "" ? [] : [`      measured  ${measured}`]),
        ...(because === "" ? [] : [`      ${verdict === "not measured" ? "because " : "note    "}  ${because}`]),
        ...(observation === null
          ? []
          : [`      seen      raw/${observation.rawSha256.slice(0, 12)}… ${observation.at}`]),
      ]),
  ]);
  return `${paint(io, "bold", `${named}, put up by run ${run}`)}\n${lines.join("\n")}\n`;
}
