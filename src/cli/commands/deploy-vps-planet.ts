import { deployOne } from "../deploy-one.ts";

export const command = deployOne("deploy-vps-planet", "one ship on a VPS of yours", "vps");
