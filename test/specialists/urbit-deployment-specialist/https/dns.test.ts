import { describe, expect, test } from "vitest";
import { judgeDns } from "../../../../src/specialists/urbit-deployment-specialist/https/dns.ts";

/** What is found in DNS, what the host has, how we reach it; and the answer: a code, a note, or nothing to say. */
const CASES: readonly [string, readonly string[], readonly string[], string, string | null][] = [
  ["one address, the host's", ["203.0.113.5"], ["203.0.113.5"], "alder", null],
  ["both families, the host's", ["203.0.113.5", "2001:db8::5"], ["2001:db8::5", "203.0.113.5"], "alder", null],
  ["the address we reach it under, translated on the way", ["203.0.113.5"], ["10.0.0.4"], "203.0.113.5", null],
  ["no address", [], ["203.0.113.5"], "alder", "dns-absent"],
  ["another host's", ["203.0.113.9"], ["203.0.113.5"], "alder", "dns-elsewhere"],
  ["one right, one wrong", ["203.0.113.5", "2001:db8::9"], ["203.0.113.5"], "alder", "dns-elsewhere"],
  ["a private one that is not the host's", ["10.0.0.9"], ["10.0.0.4"], "alder", "dns-elsewhere"],
  ["a public one for a host that knows private ones alone", ["203.0.113.5"], ["10.0.0.4"], "alder", "note"],
  ["lines that are no addresses", ["nonsense"], ["203.0.113.5"], "alder", "dns-absent"],
];

describe("a name in DNS", () => {
  test.each(CASES)("%s", (_, found, own, reached, wanted) => {
    const answers = { dns: { exit: 0, text: found.join("\n") }, own: { exit: 0, text: own.join("\n") } };
    const judged = judgeDns("zod.example.org", "alder", reached, answers);
    const said = judged.ok ? (judged.value === null ? null : "note") : judged.failure.code;
    expect(said).toBe(wanted);
  });

  test("is not judged on the twin, which has no DNS", () => {
    const unmodelled = { exit: null, text: "" };
    expect(judgeDns("zod.example.org", "alder", "twin", { dns: unmodelled, own: unmodelled })).toMatchObject({
      ok: true,
    });
  });
});
