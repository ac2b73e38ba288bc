import { HOUR, hostName, planned, shipName } from "../planned.ts";
import type { Card } from "../step.ts";

const operator = { specialist: "groundseg-operator", topic: "platform" } as const;

/** deploy-groundseg: the container host, its relay and store, and the ships on it. */
export const GROUNDSEG: readonly Card[] = [
  planned({
    ...operator,
    kind: "install-groundseg",
    scope: "host",
    working: true,
    ordersCapacity: true,
    effect: "compensatable",
    minutes: [HOUR, 3 * HOUR],
    risk: [
      "medium",
      "GroundSeg takes over the whole host",
      "only a dedicated host is used; the installer is pinned by hash",
    ],
    says: (target) => ({
      purpose: `Install GroundSeg on ${hostName(target)}, pinned and verified, reachable by its operators only`,
      inputs: ["architecture"],
      outputs: [`groundseg on ${hostName(target)}`, "containers"],
      checks: [
        "groundseg.service is active",
        "its pages and API answer from the admin network only",
        "memory stays below 80 %",
      ],
    }),
  }),
  planned({
    ...operator,
    kind: "connect-startram",
    scope: "site",
    minutes: [30, 2 * HOUR],
    effect: "compensatable",
    risk: ["medium", "the relay is down, or has no agreement the framework asks for", "direct ports are the fallback"],
    says: {
      purpose: "Connect the relay (StarTram or an Anchor of your own)",
      inputs: ["containers", "given: a StarTram code, or an Anchor"],
      outputs: ["relay", "platform"],
      checks: ["the registration is active", "a ship's address answers over HTTPS from outside"],
    },
  }),
  planned({
    ...operator,
    kind: "deploy-on-groundseg",
    specialist: "groundseg-operator",
    scope: "ship",
    effect: ({ ship }) => (ship?.fake === false ? "irreversible" : "reversible"),
    minutes: [5, 30],
    risk: ["high", "a key is used twice and the ship's peers lose it", "one lease per ship, asked before every boot"],
    says: (target) => ({
      purpose: `Deploy ${shipName(target)} on ${hostName(target)}`,
      inputs: ["hardened platform", ...(target.ship?.fake === false ? [`checked key of ${shipName(target)}`] : [])],
      outputs: [`proof of ${shipName(target)}`, "running ships"],
      checks: ["the ship answers and is who it should be", "its port is the one it was given, inside and outside"],
    }),
  }),
];
