import { complain } from "./settings.ts";

/** What a pack or meld of a running ship prints. */
export function gained(what: "pack" | "meld"): void {
  if (what === "meld") for (const text of ["atoms (7459): KB/65.536", "cells (2791717): MB/16.777.216"]) complain(text);
  complain("palloc: off-heap: used: KB/952.828");
  complain("palloc: off-heap: total: MB/1.568.136");
  complain(`mars: ${what}: gained: MB/53.739.520`);
}
