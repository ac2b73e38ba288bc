import type { Finding } from "../../audit/finding.ts";
import { auditHosts, frameworksOf, hostsNamed, saying } from "../auditing.ts";
import { type Command, JSON_OPTION } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import { paint } from "../io.ts";
import { keepReports, LYNIS_OPTION, lynisLines } from "../lynis.ts";
import { homeOf } from "../site.ts";

export const command: Command = {
  name: "audit",
  summary: "look at hosts, check by check; changes nothing",
  usage: "[HOST…]",
  words: [0, Number.POSITIVE_INFINITY],
  examples: ["slipway audit alder", "slipway audit --framework hipaa --json", "slipway audit alder --lynis"],
  options: {
    framework: { type: "string", value: "NAME", multiple: true, about: "only checks that are evidence for it" },
    all: { type: "boolean", about: "show also what is as it should be, and lynis' suggestions" },
    lynis: LYNIS_OPTION,
    json: JSON_OPTION,
  },
  run: async (input, io) => {
    const json = input.flag("json");
    const frameworks = frameworksOf(input);
    if (!frameworks.ok) return failWith(io, frameworks.failure, json, EXIT.usage);
    const hosts = await hostsNamed(homeOf(io), input.words);
    if (!hosts.ok) return failWith(io, hosts.failure, json, EXIT.usage);
    saying(io, json, `asking ${hosts.value.map(({ name }) => name).join(", ")} …`);
    const audits = await auditHosts(hosts.value, { lynis: input.flag("lynis") });
    if (!audits.ok) return failWith(io, audits.failure, json);
    const reports = await keepReports(homeOf(io), audits.value);
    if (!reports.ok) return failWith(io, reports.failure, json);
    const missing = audits.value.some(({ lynis }) => lynis?.kind === "none");
    const wanted = ({ evidence }: Finding) =>
      frameworks.value.length === 0 || frameworks.value.some((name) => evidence[name] !== undefined);
    const findings = audits.value.flatMap((audit) => audit.findings).filter(wanted);
    const refuted = findings.filter(({ status }) => status === "refuted");
    const looks = audits.value.flatMap(({ lynis }) => lynis ?? []);
    const lynis = looks.map((look) => ({ ...look, file: reports.value.get(look.host) ?? null }));
    if (json) io.out(`${JSON.stringify({ findings, ...(lynis.length > 0 ? { lynis } : {}) }, null, 2)}\n`);
    else {
      const marks = {
        shown: paint(io, "green", "✓"),
        refuted: paint(io, "red", "✗"),
        inapplicable: paint(io, "dim", "·"),
        unanswered: paint(io, "yellow", "?"),
      };
      for (const { host } of audits.value) {
        io.out(`${paint(io, "bold", host)}\n`);
        for (const finding of findings.filter(({ on }) => on === host)) {
          if (finding.status !== "refuted" && !input.flag("all")) continue;
          io.out(
            `  ${marks[finding.status]} ${finding.title}${finding.status === "shown" ? "" : `: ${finding.seen}`}\n`,
          );
        }
        const here = findings.filter(({ on }) => on === host);
        const count = (status: Finding["status"]) => here.filter((finding) => finding.status === status).length;
        io.out(
          `  ${count("shown")} shown, ${count("refuted")} not so, ${count("inapplicable")} do not apply, ${count("unanswered")} unanswered\n`,
        );
        for (const look of lynis.filter((one) => one.host === host))
          for (const line of lynisLines(look, input.flag("all"))) io.out(`  ${line}\n`);
      }
    }
    return refuted.length === 0 && !missing ? EXIT.done : EXIT.failed;
  },
};
