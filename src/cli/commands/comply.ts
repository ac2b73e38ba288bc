import { join, resolve } from "node:path";
import { readAttestations } from "../../audit/attestations.ts";
import { standings } from "../../audit/standing.ts";
import type { Outcome } from "../../base/outcome.ts";
import { frameworkCatalogue } from "../../knowledge/controls.ts";
import type { HostTarget } from "../../machines/inventory.ts";
import { writePacket } from "../../report/compliance/write.ts";
import type { Home } from "../../run/home.ts";
import { auditHosts, auditOfRun, frameworksOf, hostsNamed, realRun, runsOn, saying } from "../auditing.ts";
import { type Command, JSON_OPTION, usage } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import { LYNIS_OPTION, lynisLines } from "../lynis.ts";
import { runOf } from "../runs.ts";
import { homeOf } from "../site.ts";

export const command: Command = {
  name: "comply",
  summary: "collect evidence for a framework: evidenced, attested, open",
  usage: "RUN|fleet",
  words: [1, 1],
  examples: [
    "slipway comply fleet --framework hipaa --out packet/",
    "slipway comply last --framework soc2 --out packet/ --json",
  ],
  options: {
    framework: { type: "string", value: "NAME", multiple: true, about: "hipaa, gdpr, soc2 or iso27001" },
    lynis: LYNIS_OPTION,
    out: { type: "string", value: "DIR", about: "where the packet goes: HTML, CSV, OSCAL and the outputs" },
    json: JSON_OPTION,
  },
  run: async (input, io) => {
    const json = input.flag("json");
    const home = homeOf(io);
    const frameworks = frameworksOf(input);
    if (!frameworks.ok) return failWith(io, frameworks.failure, json, EXIT.usage);
    const [framework, second] = frameworks.value;
    if (framework === undefined || second !== undefined)
      return failWith(io, usage("one framework makes one packet", "--framework hipaa").failure, json, EXIT.usage);
    const out = input.text("out");
    if (out === null) return failWith(io, usage("nowhere to put the packet", "--out DIR").failure, json, EXIT.usage);
    const scope = await scopeOf(home, input.words[0] ?? "");
    if (!scope.ok) return failWith(io, scope.failure, json, EXIT.usage);
    const attestations = await readAttestations(home.attestations);
    if (!attestations.ok) return failWith(io, attestations.failure, json);
    const { hosts, runs } = scope.value;
    saying(io, json, `asking ${hosts.map(({ name }) => name).join(", ")} …`);
    const audits = await auditHosts(hosts, { lynis: input.flag("lynis") });
    if (!audits.ok) return failWith(io, audits.failure, json);
    const at = new Date().toISOString();
    const ofRuns = (await Promise.all(runs.map((run) => auditOfRun(home, run)))).flat();
    const findings = [...audits.value.flatMap((audit) => audit.findings), ...ofRuns];
    const all = standings(framework, findings, attestations.value, at.slice(0, 10));
    const catalogue = frameworkCatalogue(framework);
    const subjects = [...hosts.map(({ name }) => name), ...runs];
    const folder = resolve(io.cwd, out);
    const raw = audits.value.flatMap((audit) => [...audit.raw]);
    await writePacket(folder, { catalogue, subjects, at, standings: all, raw });
    const count = (standing: string) => all.filter((item) => item.standing === standing).length;
    const tally = { evidenced: count("evidenced"), attested: count("attested"), open: count("open") };
    if (json) {
      io.out(`${JSON.stringify({ framework, subjects, at, ...tally, folder, controls: all }, null, 2)}\n`);
      return EXIT.done;
    }
    io.out(`${catalogue.title}: ${tally.evidenced} evidenced, ${tally.attested} attested, ${tally.open} open\n`);
    for (const { control, because, standing, findings: about } of all)
      if (standing === "open" && about.length > 0) io.out(`  open ${control.id} ${control.title}: ${because}\n`);
    for (const { host, lynis } of audits.value)
      if (lynis?.kind === "none") io.out(`  ${host}: ${lynisLines({ ...lynis, file: null }, false).join("")}\n`);
    io.out(`\nPacket: ${join(folder, "packet.html")}\n`);
    return EXIT.done;
  },
};

interface Scope {
  readonly hosts: readonly HostTarget[];
  readonly runs: readonly string[];
}

/** The whole inventory with the runs on it, or the hosts of one run. */
async function scopeOf(home: Home, word: string): Promise<Outcome<Scope>> {
  if (word === "fleet") {
    const hosts = await hostsNamed(home, []);
    return hosts.ok ? { ok: true, value: { hosts: hosts.value, runs: await runsOn(home, hosts.value) } } : hosts;
  }
  const run = await runOf(home, word);
  if (!run.ok) return run;
  const real = await realRun(home, run.value);
  if (real === null) return usage(`${run.value} touched no real host: it is evidence for nothing`, "slipway status");
  return { ok: true, value: { hosts: real.plan.hosts, runs: [run.value] } };
}
