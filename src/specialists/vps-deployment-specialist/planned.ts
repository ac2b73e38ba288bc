import { hostOf, TO_ORDER } from "../lib.ts";
import { planned } from "../planned.ts";
import type { Card } from "../step.ts";

/** deploy-vps-planet, its first half: a server for each host nobody has named. */
export const RENTED: readonly Card[] = [
  planned({
    kind: "create-server",
    specialist: "vps-deployment-specialist",
    scope: "host",
    topic: "platform",
    ordersCapacity: true,
    effect: "compensatable",
    minutes: [5, 30],
    applies: ({ host }) => host?.address === TO_ORDER,
    risk: [
      "medium",
      "a second server is ordered by a retry",
      "each carries the run's label; one that is there is adopted",
    ],
    says: (target) => ({
      purpose: `Order ${hostOf(target).name} from the provider, with a fixed address and its host key pinned`,
      inputs: ["placement", "given: the provider's account and an SSH key"],
      outputs: [`server ${hostOf(target).name}`],
      checks: ["its host key is the one the provider reports", "size, region and price are the decision's"],
    }),
  }),
];
