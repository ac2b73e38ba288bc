/** The room's public face: what a machine is, and how a real one is opened. The twin has its own door, `twin/`. */
export type { HostConnection, RunOptions, RunResult, UploadTarget } from "./host/connection.ts";
export { hostMachine } from "./host/open.ts";
export type { Convergence, ConvergeRequest, Facts, Machine, Seen, Sighting } from "./machine.ts";
export type { Resource, ResourceRecord } from "./resources.ts";
export type { Fence, Secret, ShipOperations, ShipSpec, ShipState } from "./ships.ts";
