import type { Question } from "../../../machines/machine.ts";
import type { Resource } from "../../../machines/resources.ts";
import { accounts } from "./accounts.ts";
import { apparmor } from "./apparmor.ts";
import { auditd } from "./auditd.ts";
import { atLeast, type Control, type HostView, type Level, type Wish } from "./control.ts";
import { fail2ban } from "./fail2ban.ts";
import { firewall } from "./firewall.ts";
import { ssh } from "./ssh.ts";
import { sysctl } from "./sysctl.ts";
import { updates } from "./updates.ts";

/** In the order they are set: packages and accounts first, what could shut us out next to last, under the revert. */
const CONTROLS: readonly Control[] = [accounts, updates, sysctl, apparmor, auditd, fail2ban, firewall, ssh];

export function controlsOf(level: Level): readonly Control[] {
  return CONTROLS.filter((control) => atLeast(level, control.level));
}

/** Everything the level's controls ask of a host before they wish, once each. */
export function questionsOf(level: Level): readonly Question[] {
  const all = controlsOf(level).flatMap((control) => control.questions);
  return [...new Map(all.map((question) => [question.id, question])).values()];
}

/** The wishes of all controls as one; packages come first, so that one apt run brings them. */
export function wishOf(view: HostView): Wish {
  const wishes = controlsOf(view.level).map((control) => control.wish(view));
  const resources = new Map<string, Resource>();
  for (const wish of wishes) for (const resource of wish.resources) resources.set(resource.id, resource);
  const all = [...resources.values()];
  return {
    resources: [...all.filter(({ kind }) => kind === "package"), ...all.filter(({ kind }) => kind !== "package")],
    adopted: wishes.flatMap(({ adopted }) => adopted),
    notes: wishes.flatMap(({ notes }) => notes),
  };
}
