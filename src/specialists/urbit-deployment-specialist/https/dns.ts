import { BlockList, isIP } from "node:net";
import { configuration, type Outcome, ok } from "../../../base/outcome.ts";
import { shellQuote } from "../../../base/quote.ts";
import type { Answers, Question } from "../../../machines/machine.ts";

/** What the host itself sees in DNS (its own hosts file left out), and the addresses it has. */
export function dnsQuestions(domain: string): readonly Question[] {
  const name = shellQuote(domain);
  return [
    {
      // `ahosts` hides IPv6 from a host that has none, `hosts` shows nothing but IPv6 where there is some: visitors see both.
      id: "dns",
      command: `{ getent -s dns ahosts ${name}; getent -s dns hosts ${name}; } | awk '{ print $1 }' | sort -u`,
    },
    { id: "own", command: "ip -o addr show scope global | awk '{ sub(/\\/.*/, \"\", $4); print $4 }' | sort -u" },
  ];
}

/** `reached`: the address we reach the host under. The value says what could not be compared, null where all matches. */
export function judgeDns(domain: string, host: string, reached: string, answers: Answers): Outcome<string | null> {
  const lines = (id: string) => (answers[id]?.text ?? "").split("\n").filter((line) => isIP(line) !== 0);
  // The twin answers no question.
  if (answers.dns?.exit === null) return ok(null);
  const found = lines("dns");
  const own = [...new Set([...lines("own"), ...(isIP(reached) === 0 ? [] : [reached])])];
  if (found.length === 0)
    return configuration(
      "dns-absent",
      `DNS knows no address of ${domain}`,
      `make an A record ${domain} → ${own.find((one) => isIP(one) === 4) ?? `${host}'s address`}, wait until it is seen, and resume`,
      "the certificate's issuer looks the name up and asks there for proof",
    );
  const elsewhere = found.filter((address) => !own.includes(address));
  if (elsewhere.length === 0) return ok(null);
  // Behind address translation the host does not know its public address: the issuer's own look decides.
  if (own.every(isPrivate) && elsewhere.every((address) => !isPrivate(address)))
    return ok(`${host} has private addresses only: whether ${elsewhere.join(", ")} leads to it shows at the challenge`);
  return configuration(
    "dns-elsewhere",
    `${domain} points at ${elsewhere.join(", ")}, which is not ${host} (${own.join(", ")})`,
    `point every A and AAAA record of ${domain} at ${host}, or take the wrong ones away, and resume`,
    "the certificate's issuer may ask at any address of the name, and prefers IPv6",
  );
}

const PRIVATE = new BlockList();
for (const [net, bits] of [
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const)
  PRIVATE.addSubnet(net, bits, "ipv4");
PRIVATE.addSubnet("fc00::", 7, "ipv6");

function isPrivate(address: string): boolean {
  return PRIVATE.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}
