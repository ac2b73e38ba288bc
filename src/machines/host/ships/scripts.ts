import { FILTER_SED } from "../../../urbit/boot-log.ts";
import { guardFile, guardScript } from "./guard.ts";
import { filterFile, runnerFile, runnerScript } from "./runner.ts";

export interface HostScript {
  readonly path: string;
  readonly content: string;
  /** Octal, as `chmod` takes it. */
  readonly mode: string;
}

/** What of ours a host runs by itself. Part of its baseline, so that a rollback takes it away again. */
export function hostScripts(root = ""): readonly HostScript[] {
  return [
    { path: guardFile(root), content: guardScript(root), mode: "0755" },
    { path: runnerFile(root), content: runnerScript(root), mode: "0755" },
    { path: filterFile(root), content: FILTER_SED, mode: "0644" },
  ];
}
