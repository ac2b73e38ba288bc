import { HOUR, isShared, planned, shipName, WORKDAY } from "../planned.ts";
import type { Card } from "../step.ts";

const manager = { specialist: "fleet-manager", scope: "site", topic: "platform" } as const;

/** deploy-fleet, its first half: architecture, cluster, storage, network, isolation, and a ship on it. */
export const CLUSTER: readonly Card[] = [
  planned({
    kind: "design-architecture",
    specialist: "lead",
    scope: "site",
    topic: "platform",
    working: true,
    minutes: [WORKDAY / 2, 2 * WORKDAY],
    applies: isShared,
    risk: ["medium", "the fleet outgrows it within the year", "sized with headroom for twelve months, stated"],
    says: ({ plan }) => ({
      purpose: `Design the architecture and price it: ${plan.ships.length} ship(s)${plan.regions.length > 0 ? ` in ${plan.regions.join(" and ")}` : ""}${plan.disasterRecovery ? ", with a place to recover to" : ""}`,
      inputs: ["placement"],
      outputs: ["architecture"],
      checks: [
        "memory, disk, addresses and UDP ports of every ship are accounted for",
        "each ship has one writer: no replica is drawn of any",
        "every line of the cost has a dated price",
      ],
    }),
  }),
  planned({
    ...manager,
    kind: "provision-cluster",
    working: true,
    ordersCapacity: true,
    effect: "compensatable",
    minutes: [WORKDAY, 2 * WORKDAY],
    risk: ["medium", "capacity or quota is short in the region", "quotas are read before anything is ordered"],
    says: ({ plan }) => ({
      purpose: `Provision the cluster${plan.regions.length > 0 ? ` in ${plan.regions[0]}` : ""} from code, its state locked and encrypted`,
      inputs: ["architecture"],
      outputs: ["cluster"],
      checks: ["every node is Ready", "a second apply changes nothing"],
    }),
  }),
  planned({
    ...manager,
    kind: "provision-storage",
    effect: "compensatable",
    minutes: [HOUR, 4 * HOUR],
    working: true,
    risk: ["medium", "a volume is mounted by two nodes", "access mode ReadWriteOncePod, tried with a second pod"],
    says: {
      purpose: "Provide volumes: encrypted, one writer each, with snapshots",
      inputs: ["cluster"],
      outputs: ["volumes"],
      checks: [
        "a volume can be claimed and is encrypted",
        "a second pod is refused it",
        "a snapshot restores into a new volume",
      ],
    },
  }),
  planned({
    ...manager,
    kind: "provision-network",
    effect: "compensatable",
    minutes: [2 * HOUR, WORKDAY],
    working: true,
    risk: ["medium", "Ames behind a NAT finds no direct way", "each ship's UDP port is the same inside and outside"],
    says: {
      purpose: "Set up networking: names, certificates, and a UDP port of its own for every ship",
      inputs: ["cluster"],
      outputs: ["network"],
      checks: ["names resolve and certificates are valid from outside", "a datagram reaches the port it was sent to"],
    },
  }),
  planned({
    ...manager,
    kind: "isolate-tenants",
    minutes: [2 * HOUR, WORKDAY],
    working: true,
    risk: ["medium", "the network plugin ignores policies", "the denied connection is really tried"],
    says: {
      purpose: "Isolate tenants: namespaces, default-deny policies, quotas, roles",
      inputs: ["cluster", "volumes", "network"],
      outputs: ["isolation", "platform"],
      checks: [
        "a connection across namespaces times out",
        "a claim above the quota is refused",
        "a role can do no more than it should",
      ],
    },
  }),
  planned({
    kind: "deploy-on-kubernetes",
    specialist: "fleet-manager",
    scope: "ship",
    topic: "platform",
    effect: ({ ship }) => (ship?.fake === false ? "irreversible" : "reversible"),
    minutes: [5, 30],
    risk: [
      "high",
      "two pods run one ship and its peers lose it",
      "one replica, one volume, one lease, replaced never rolled",
    ],
    says: (target) => ({
      purpose: `Deploy ${shipName(target)}: key, boot, network, web, apps`,
      inputs: ["hardened platform", ...(target.ship?.fake === false ? [`checked key of ${shipName(target)}`] : [])],
      outputs: [`proof of ${shipName(target)}`, "running ships"],
      checks: ["the ship answers and is who it should be", "its event number grows", "its port answers from outside"],
    }),
  }),
];
