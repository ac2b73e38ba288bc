import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import { type Lab, startLab } from "../../lab/hosts/lab.ts";
import { CheckJsonSchema } from "../../src/cli/shapes.ts";
import type { RunbookCommand } from "../../src/report/handoff/commands/command.ts";
import type { Runbook } from "../../src/report/handoff/runbook.ts";
import { openSite, type Site, until } from "./site.ts";

/** What is handed over, used as it stands there: each command of the runbook is typed, each criterion looked at. Root only. */
const SENTENCE = "Deploy 2 fake ships to staging and production on my own servers with standard hardening";
const USERS = { alder: "root", birch: "ops" } as const;
const SLIPWAY = fileURLToPath(new URL("../../bin/slipway.mjs", import.meta.url));

let lab: Lab;
let site: Site;
let run: string;
let runbook: Runbook;

beforeAll(async () => {
  lab = await startLab({ hosts: ["alder", "birch"] });
  site = await openSite(lab);
  for (const [index, [host, user]] of Object.entries(USERS).entries()) {
    const added = await site.slipway("host", "add", `${user}@10.77.0.${11 + index}`, "--name", host);
    if (added.exit !== 0) throw new Error(added.err);
  }
  const { exit, err } = await site.slipway("launch", SENTENCE, "--yes", "--by", "ada");
  if (exit !== 0) throw new Error(err);
  run = site.run();
  runbook = JSON.parse(readFileSync(join(site.home, "runs", run, "handoff", "runbook.json"), "utf8")) as Runbook;
  desk();
}, 400_000);

afterAll(async () => {
  await site?.down();
  await lab?.down();
}, 120_000);

/** The operator's shell: `slipway` and `ssh` on its path, the latter told of the lab's network. */
function desk(): void {
  const folder = join(site.desk, "bin");
  mkdirSync(folder);
  const script = (name: string, line: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\nexec ${line} "$@"\n`);
    chmodSync(join(folder, name), 0o755);
  };
  script("slipway", `${process.execPath} ${SLIPWAY}`);
  script("ssh", `/usr/bin/ssh -F ${lab.sshConfig}`);
}

interface Said {
  readonly out: string;
  readonly exit: number;
}

/** Types a command where the runbook says it is typed. */
function type({ on, command }: RunbookCommand): Said {
  if (on !== null) {
    // Without standard error: there sudo says that a host of the lab has no name service.
    const { stdout, exit } = lab.exec(on, command, USERS[on as keyof typeof USERS]);
    return { out: stdout, exit };
  }
  const env = {
    PATH: `${join(site.desk, "bin")}:${process.env.PATH}`,
    HOME: site.desk,
    USER: "ada",
    SLIPWAY_HOME: site.home,
    SLIPWAY_SSH_CONFIG: lab.sshConfig,
  };
  // What stays behind in the background keeps its output open: files, not pipes, so that nobody waits for it.
  const file = join(site.desk, "said");
  const { status } = spawnSync("sh", ["-c", `${command} >${file} 2>&1`], { cwd: site.desk, env, stdio: "ignore" });
  return { out: readFileSync(file, "utf8"), exit: status ?? -1 };
}

function asItSays(command: RunbookCommand, said: Said): void {
  const told = `${command.on ?? "here"}$ ${command.command}\n${said.out}`;
  expect(command.exits, told).toContain(said.exit);
  expect(new RegExp(command.pattern, "m").test(said.out.trimEnd()), told).toBe(true);
}

const byId = (id: string): RunbookCommand => {
  const command = runbook.commands.find((one) => one.id === id);
  if (command === undefined) throw new Error(`the runbook has no ${id}`);
  return command;
};
const ships = () => runbook.commands.flatMap(({ id }) => (id.startsWith("state ~") ? [id.slice(6)] : []));
const up = (ship: string) => {
  const { out } = type(byId(`web ${ship}`));
  return out.trim() === "204";
};
const every = (pick: (command: RunbookCommand) => boolean) => {
  for (const command of runbook.commands.filter(pick)) asItSays(command, type(command));
};

type Check = z.infer<typeof CheckJsonSchema>;

async function check(word: string): Promise<{ exit: number; check: Check }> {
  const { exit, out, err } = await site.slipway("check", word, "--json");
  expect(err).toBe("");
  return { exit, check: CheckJsonSchema.parse(JSON.parse(out)) };
}
const broken = ({ runs }: Check) =>
  runs.flatMap(({ criteria }) => criteria.filter(({ promised, verdict }) => promised && verdict === "not met"));
const verdicts = ({ runs }: Check) =>
  Object.fromEntries(runs.flatMap(({ criteria }) => criteria.map(({ id, verdict }) => [id, verdict])));

describe("what is handed over", () => {
  test("is written at the end of the launch, linked by its report, and again on demand", async () => {
    const folder = join(site.home, "runs", run);
    const report = readFileSync(join(folder, "report.html"), "utf8");
    const files = readdirSync(join(folder, "handoff"));
    expect(files.sort()).toEqual(
      ["follow-up.ics", "follow-up.md", "incident-response.md", "runbook.json", "runbook.md", "training.md"].sort(),
    );
    for (const name of files.filter((name) => name !== "runbook.json"))
      expect(report).toContain(`href="handoff/${name}"`);
    const again = await site.slipway("handoff", run, "--out", "pages");
    expect(again).toMatchObject({ exit: 0, err: "", out: expect.stringContaining("2 ship(s)") });
    for (const name of files)
      expect(readFileSync(join(site.desk, "pages", name), "utf8")).toBe(
        readFileSync(join(folder, "handoff", name), "utf8"),
      );
  });

  test("says what is not set up", () => {
    expect(runbook.notSetUp.join("\n")).toMatch(/^backups: no pier is backed up/m);
    expect(runbook.notSetUp.join("\n")).toMatch(/^monitoring: nothing watches/m);
  });
});

describe("each command of the runbook", () => {
  test("that only looks shows what it says it will show", () => {
    expect(ships()).toHaveLength(2);
    every(({ changes }) => !changes);
  }, 120_000);

  test("that takes the launch back does, and the next puts it up again", () => {
    for (const id of ["rollback", "watch"]) asItSays(byId(id), type(byId(id)));
    for (const ship of ships()) expect(up(ship)).toBe(false);
    asItSays(byId("launch"), type(byId("launch")));
    for (const ship of ships()) expect(up(ship)).toBe(true);
  }, 200_000);

  test("that restarts, stops and starts a ship does so, and leaves it up", async () => {
    for (const ship of ships()) {
      for (const id of [`restart ${ship}`, `stop ${ship}`]) asItSays(byId(id), type(byId(id)));
      expect(type(byId(`stopped ${ship}`)).out.trim()).toBe("inactive");
      asItSays(byId(`start ${ship}`), type(byId(`start ${ship}`)));
      await until(() => up(ship), `${ship} answers again`);
      asItSays(byId(`state ${ship}`), type(byId(`state ${ship}`)));
    }
  }, 120_000);

  test("was typed by one of these tests", () => {
    const typed = /^(rollback|launch|restart|stop|start)( |$)/;
    const rest = runbook.commands.filter(({ changes, id }) => changes && !typed.test(id));
    expect(rest).toEqual([]);
  });
});

describe("the success criteria", () => {
  test("are measured, each with what it stands on", async () => {
    const { exit, check: seen } = await check("fleet");
    expect({ exit, broken: broken(seen) }).toEqual({ exit: 0, broken: [] });
    expect(verdicts(seen)).toMatchObject({
      reachable: "met",
      ames: "met",
      dojo: "met",
      firewall: "met",
      access: "met",
      runbook: "met",
      timeline: "met",
      https: "not measured",
      uptime: "not measured",
      training: "not measured",
      "encryption-at-rest": "not met",
      "audit-log": "not met",
      backup: "not met",
    });
    const criteria = seen.runs.flatMap((one) => one.criteria);
    const find = (id: string) => criteria.find((one) => one.id === id);
    expect(find("response")?.measured).toMatch(/forwarded by SSH.*: 60 answers, fastest .* median .* p95 .* slowest/);
    expect(find("uptime")?.measured).toMatch(/observation window: day 0 of 30$/);
    // What no plan promised is said so, and no promise of it is broken.
    for (const id of ["encryption-at-rest", "audit-log", "backup", "https", "response", "uptime"])
      expect(find(id)?.promised, id).toBe(false);
    for (const { observation, id } of criteria.filter(({ observation }) => observation !== null)) {
      const raw = readFileSync(join(seen.folder, "raw", observation?.rawSha256 ?? ""));
      expect(createHash("sha256").update(raw).digest("hex"), id).toBe(observation?.rawSha256);
    }
  }, 60_000);

  test("stand in the report of the launch", async () => {
    const report = JSON.parse((await site.slipway("report", site.run(), "--json")).out);
    const { lines } = report.sections.find(({ title }: { title: string }) => title === "Success Criteria") ?? {
      lines: [],
    };
    const standing = (text: string) => lines.find((line: { text: string }) => line.text.startsWith(text));
    expect(standing("Dojo responsive")).toMatchObject({
      standing: "proved",
      text: expect.stringMatching(/: met: slowest of 2: \d+ ms/),
    });
    expect(standing("Firewall configured")).toMatchObject({
      standing: "proved",
      text: expect.stringContaining(": met: "),
    });
    expect(standing("Uptime")).toMatchObject({ standing: "not proven", text: expect.stringContaining("day 0 of 30") });
  });

  test("are broken by a ship that is down, and say which", async () => {
    const [ship = ""] = ships();
    type(byId(`stop ${ship}`));
    const { exit, check: seen } = await check(ship);
    expect(exit).toBe(1);
    expect(verdicts(seen)).toMatchObject({ reachable: "not met", ames: "not met", firewall: "met" });
    type(byId(`start ${ship}`));
    await until(() => up(ship), `${ship} answers again`);
    const { exit: after, check: mended } = await check(ship);
    expect({ after, ...verdicts(mended) }).toMatchObject({ after: 0, reachable: "met" });
    // Slipway's own looks: it was down at one of them.
    const { measured } = mended.runs[0]?.criteria.find(({ id }) => id === "uptime") ?? { measured: "" };
    expect(measured).toMatch(/^lowest of 1: \d+\.\d{3} % of \d looks/);
    expect(measured).not.toMatch(/100.000 %/);
  }, 60_000);

  test("of what does not stand are refused", async () => {
    expect((await site.slipway("check", "~wes")).exit).toBe(2);
    expect((await site.slipway("check", "fleet", "--url", "zod")).exit).toBe(2);
  });
});
