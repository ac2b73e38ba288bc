import { expect, test } from "vitest";
import { counted } from "../../lab/counted.ts";
import { auditHost } from "../../src/audit/host.ts";
import { controlChecks } from "../../src/knowledge/controls.ts";
import type { HostConnection } from "../../src/machines/host/connection.ts";
import { connect } from "../../src/machines/host/transport.ts";

test("an audit of a host with sixty checks is one round trip, and every check is answered", async () => {
  const catalogue = controlChecks().flatMap((check) => (check.scope === "host" ? [check] : []));
  const checks = Array.from({ length: 60 }, (_, at) => ({
    ...(catalogue[at % catalogue.length] ?? catalogue[0]),
    id: `sixty.${at}`,
    command: `echo ${at}`,
    applies: at % 2 === 0 ? "true" : "false",
  })) as typeof catalogue;
  const here = { name: "here", address: "local" };
  const real = connect(here);
  const asUser: HostConnection = {
    ...real,
    run: (program, options) => real.run(program, { ...options, asRoot: false }),
  };
  const { machine, taken } = counted(here, undefined, asUser);
  const audited = await auditHost(machine, checks);
  expect(taken()).toBe(1);
  if (!audited.ok) throw new Error(audited.failure.what);
  expect(audited.value.findings.filter(({ status }) => status === "inapplicable")).toHaveLength(30);
  expect(audited.value.findings.filter(({ status }) => status === "unanswered")).toEqual([]);
  expect(catalogue.length).toBeGreaterThan(40);
});
