import { deployOne } from "../deploy-one.ts";

export const command = deployOne("deploy-planet", "one ship on a host of yours", "bare-metal");
