import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { addAttestation, inForce, readAttestations } from "../../src/audit/attestations.ts";
import { type Finding, refutes } from "../../src/audit/finding.ts";
import { standings } from "../../src/audit/standing.ts";
import { standingsCsv } from "../../src/report/compliance/csv.ts";
import { assessmentResults } from "../../src/report/compliance/oscal.ts";
import { compliancePacket } from "../../src/report/compliance/packet.ts";

const CONTROL = "164.312(a)(1)";
function finding(status: Finding["status"], on = "alder"): Finding {
  return {
    check: "net.default-deny",
    title: "What no rule lets in is dropped",
    on,
    status,
    seen: "1",
    command: "nft list ruleset",
    observation: null,
    evidence: { hipaa: [CONTROL] },
  };
}
const of = (id: string, findings: readonly Finding[], file: Awaited<ReturnType<typeof attestations>> = []) =>
  standings("hipaa", findings, file, "2026-11-24").find(({ control }) => control.id === id);
const attestations = async (path: string) => {
  const read = await readAttestations(path);
  return read.ok ? [...read.value] : [];
};
const newFile = () => join(mkdtempSync(join(tmpdir(), "sw-attest-")), "attestations.jsonl");
const WISH = {
  at: "2026-11-24T10:00:00.000Z",
  framework: "hipaa",
  control: "164.308(a)(5)(i)",
  by: "Ada",
  file: "training.pdf",
  fileSha256: "a".repeat(64),
  expires: "2027-11-01",
  manner: "implemented",
  note: "",
} as const;

describe("an answer", () => {
  test.each([
    [{ equals: "no" }, "text", "no\n", null],
    [{ equals: "no" }, "text", "yes", "yes"],
    [{ oneOf: ["", "false"] }, "text", "", null],
    [{ matches: "^Y$" }, "text", "Y", null],
    [{ notMatches: "sha1" }, "text", "hmac-sha1", "hmac-sha1"],
    [{ notMatches: "sha1" }, "text", "", "nothing"],
    [{ empty: true }, "text", "  \n", null],
    [{ empty: true }, "text", "a\nb", "a, b"],
    [{ notEmpty: true }, "text", "", "nothing"],
    [{ atLeast: 1 }, "number", "3", null],
    [{ atMost: 4 }, "number", "6", "6"],
    [{ atMost: 4 }, "number", "", "no number: "],
  ] as const)("%j of %s %j is %j", (expect_, parser, text, seen) => {
    expect(refutes(expect_, parser, text)).toBe(seen);
  });
});

describe("a control", () => {
  test("is evidenced by one check that shows it, and opened by one that does not, on whatever host", () => {
    expect(of(CONTROL, [finding("shown")])?.standing).toBe("evidenced");
    expect(of(CONTROL, [finding("shown"), finding("refuted", "birch")])).toMatchObject({ standing: "open" });
    expect(of(CONTROL, [finding("inapplicable")])?.standing).toBe("open");
    expect(of(CONTROL, [finding("unanswered")])?.standing).toBe("open");
  });

  test("that no machine can show is open until somebody attests it, and again when that ends", async () => {
    const file = newFile();
    expect(of(WISH.control, [])?.standing).toBe("open");
    await addAttestation(file, WISH);
    expect(of(WISH.control, [], await attestations(file))?.standing).toBe("attested");
    const all = await attestations(file);
    expect(inForce(all, "hipaa", "2027-11-02").size).toBe(0);
    expect(inForce(all, "gdpr", "2026-11-24").size).toBe(0);
  });

  test("that is refuted is not saved by a word that it is implemented; an addressable one is by an equivalent", async () => {
    const file = newFile();
    const logoff = "164.312(a)(2)(iii)";
    const seen = [{ ...finding("refuted"), evidence: { hipaa: [logoff] } }];
    await addAttestation(file, { ...WISH, control: logoff });
    expect(of(logoff, seen, await attestations(file))?.standing).toBe("open");
    await addAttestation(file, { ...WISH, control: logoff, manner: "equivalent", note: "screens lock by policy" });
    expect(of(logoff, seen, await attestations(file))).toMatchObject({
      standing: "attested",
      because: "equivalent: screens lock by policy",
    });
  });

  test("that is required cannot be reasoned away, and an unknown one cannot be attested", async () => {
    const file = newFile();
    expect(await addAttestation(file, { ...WISH, control: "164.312(b)", manner: "reasoned" })).toMatchObject({
      ok: false,
      failure: { code: "control-required" },
    });
    expect(await addAttestation(file, { ...WISH, control: "164.999" })).toMatchObject({
      ok: false,
      failure: { code: "control-unknown" },
    });
  });
});

describe("attestations", () => {
  test("are a chain: a line that is changed, left out or put elsewhere is noticed", async () => {
    const file = newFile();
    for (const by of ["Ada", "Bob", "Cyd"]) await addAttestation(file, { ...WISH, by });
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    const broken = [
      lines.map((line) => line.replace("Bob", "Rob")),
      [lines[0], lines[2]],
      [lines[1], lines[0], lines[2]],
      [...lines, "{}"],
    ];
    for (const version of broken) {
      writeFileSync(file, `${version.join("\n")}\n`);
      expect(await readAttestations(file)).toMatchObject({ ok: false, failure: { code: "attestations-broken" } });
    }
    writeFileSync(file, `${lines.join("\n")}\n`);
    expect(await attestations(file)).toHaveLength(3);
  });
});

describe("what is handed over", () => {
  const all = standings(
    "hipaa",
    [finding("shown"), { ...finding("refuted", "birch"), seen: "=1+1" }],
    [],
    "2026-11-24",
  );
  const html = compliancePacket({
    framework: "HIPAA",
    source: "45 CFR",
    scope: "alder",
    at: "2026-11-24",
    standings: all,
  });

  test("never says that anything or anybody has passed, is certified or compliant", () => {
    const oscal = JSON.stringify(
      assessmentResults({
        framework: "hipaa",
        title: "t",
        at: "2026-11-24T00:00:00Z",
        subjects: ["alder"],
        standings: all,
      }),
    );
    for (const text of [html, oscal, standingsCsv(all)]) expect(text).not.toMatch(/\b(passed|certified|compliant)\b/i);
  });

  test("has a row for every control, and no cell a spreadsheet would run", () => {
    const csv = standingsCsv(all);
    expect(csv.split("\r\n").length).toBe(1 + 58 + 1 + 1);
    expect(csv).toContain(",'=1+1,");
  });

  test("is the same document for the same facts, with ids of the right shape", () => {
    const make = () =>
      assessmentResults({
        framework: "hipaa",
        title: "t",
        at: "2026-11-24T00:00:00Z",
        subjects: ["alder"],
        standings: all,
      });
    expect(make()).toEqual(make());
    const ids = [...JSON.stringify(make()).matchAll(/"(?:observation-)?uuid":"([^"]+)"/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(60);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
