import { configuration, ok } from "../../base/outcome.ts";
import { check, done, hostOf } from "../lib.ts";
import type { Step } from "../step.ts";

const VIRTUAL = "the host is a virtual machine or container";
const REACHED = "we reach it with a key, not a password";

/**
 * A VPS that exists already: what the provider's side means for the ships. The provider's own firewall cannot be read
 * from inside; its ports are listed for the user to open.
 */
export const providerBoundary: Step = {
  kind: "provider-boundary",
  specialist: "vps-deployment-specialist",
  scope: "host",
  applies: ({ plan }) => plan.platform === "vps",
  effect: () => "reversible",
  describe: (target) => ({
    purpose: `Note what the provider of ${hostOf(target).name} must let through`,
    inputs: [`facts of ${hostOf(target).name}`],
    outputs: [`provider ports of ${hostOf(target).name}`],
    checks: [VIRTUAL, REACHED],
    commands: ["systemd-detect-virt"],
    minutes: { low: 0, high: 1 },
    risk: {
      level: "low",
      what: "the provider's own firewall keeps ships apart",
      answer: "its ports are listed for you: it cannot be read from inside",
    },
  }),
  apply: async ({ machine, target }) => {
    const facts = await machine.facts();
    if (!facts.ok) return facts;
    if (facts.value.value.virtualization === "none") {
      return configuration(
        "not-a-vps",
        `${machine.name} is a physical machine`,
        'say "bare metal" or "my own servers" in the sentence instead of a VPS',
      );
    }
    const ports = target.shipsOnHost.filter((ship) => !ship.fake).map((ship) => `udp ${ship.amesPort}`);
    const said =
      ports.length === 0 ? "no port is needed from outside" : `provider firewall must let in ${ports.join(", ")}`;
    return done(true, [`${machine.name}: ${said}`], { providerPorts: ports }, [facts.value.sighting]);
  },
  check: async ({ machine }) => {
    const facts = await machine.facts();
    if (!facts.ok) return facts;
    const { value, sighting } = facts.value;
    return ok([
      check(VIRTUAL, value.virtualization !== "none", value.virtualization, sighting),
      check(REACHED, true, "BatchMode: no password was asked for or sent", sighting),
    ]);
  },
  undo: async () => ok({ undone: true, detail: "nothing was changed", checks: [] }),
};
