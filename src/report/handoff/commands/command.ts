import { shellQuote } from "../../../base/quote.ts";
import type { HostTarget } from "../../../plan/schema.ts";

/** A command of the runbook as it is typed, and what it shows when all is well. */
export interface RunbookCommand {
  readonly id: string;
  readonly section: string;
  /** What one wants to know or do. */
  readonly title: string;
  /** The host it is typed on; null: on the machine Slipway runs on. */
  readonly on: string | null;
  readonly command: string;
  /** What it shows, in words. */
  readonly shows: string;
  /** The same as a regular expression its output matches, line by line. */
  readonly pattern: string;
  /** Exit codes that are no fault. */
  readonly exits: readonly number[];
  readonly changes: boolean;
}

type Draft = Omit<RunbookCommand, "exits" | "changes" | "on" | "section"> & Partial<RunbookCommand>;

/** A command of a section, typed on one host or here; what `wish` leaves out is the usual. */
export const draft =
  (section: string, on: string | null) =>
  (wish: Draft): RunbookCommand => ({
    exits: [0],
    changes: false,
    on,
    section,
    ...wish,
  });

/** Root's own commands need no sudo; anybody else's do. */
export function rootOn({ address }: HostTarget): string {
  return /^(ssh:\/\/)?root@/.test(address) ? "" : "sudo ";
}

/** How to log in to a host from here; null where the host is this machine. */
export function loginOf({ address }: HostTarget): string | null {
  return address === "local" || address === "twin" ? null : `ssh ${shellQuote(address)}`;
}
