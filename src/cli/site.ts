import { userInfo } from "node:os";
import type { Failure, Outcome } from "../base/outcome.ts";
import type { Engine } from "../run/engine/client.ts";
import { type Home, slipwayHome } from "../run/home.ts";
import type { Input } from "./command.ts";
import type { Io } from "./io.ts";

/** The site a command works on. */
export function homeOf(io: Io): Home {
  return slipwayHome(io.env);
}

/** The engine, started first when it is not running. */
export async function readyEngine(io: Io, home: Home): Promise<Outcome<Engine>> {
  // Loaded when it is needed: planning is not to pay for what starts engines.
  const { ready } = await import("../run/engine/site.ts");
  return ready(home, io.env);
}

export const NOBODY: Failure = {
  kind: "configuration",
  code: "approver-missing",
  what: "nobody is named as the one who decides",
  next: "--by NAME",
};

/** Who gives an order: `--by`, else the login name. `--by ""` is nobody. */
export function approver(input: Input): string {
  const by = input.text("by");
  if (by !== null) return by.trim();
  try {
    return userInfo().username;
  } catch {
    return "";
  }
}
