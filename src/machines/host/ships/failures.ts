import { configuration, critical, type Failure, fail, transient } from "../../../base/outcome.ts";
import { classify } from "../../../urbit/boot-log.ts";
import type { RunResult } from "../connection.ts";
import { GUARD } from "./guard.ts";
import { parseLook } from "./look.ts";
import { REFUSED } from "./programs.ts";

/** What a ship program's exit status means, for people. `doing` names the operation: "boot", "start" … */
export function programFailure(
  host: string,
  ship: string,
  doing: string,
  run: RunResult,
): { readonly ok: false; readonly failure: Failure } {
  const told = /^slipway: refused: (.*)$/m.exec(run.stdout)?.[1];
  const bare = ship.slice(1);
  const look = `ssh to ${host}: systemctl status urbit-${bare} slipway-boot-${bare}`;
  switch (run.exit) {
    case GUARD.stale:
      return critical(
        "fence-stale",
        `${host} refuses to ${doing} ${ship}: this run's token is not the current one.`,
        `See who: slipway status ${ship}; let that run finish, or take the ship over with a new run.`,
        told,
      );
    case GUARD.foreign:
      return critical(
        "fence-foreign",
        `${host} is not the machine that may ${doing} ${ship}.`,
        "If this disk is a copy of another machine's, never start the ship here; otherwise release it there first.",
        told,
      );
    case GUARD.refused: {
      const known =
        told?.includes("double-boot") === true ? classify([told], `${host} refuses to start ${ship}`) : null;
      if (known !== null) return fail(known);
      return critical(
        "start-refused",
        `${host} refuses to start ${ship}.`,
        "Make sure this is the newest pier of the ship; a new run then takes a new lease.",
        told,
      );
    }
    case GUARD.missing:
    case REFUSED.noPier:
      return configuration(
        "pier-missing",
        `${host} has no booted pier of ${ship}.`,
        `Boot it first; look: ls -la /var/lib/urbit/${bare}`,
        told ?? lastError(run),
      );
    case REFUSED.locked:
      return transient(
        "pier-locked",
        `Another process on ${host} has the pier of ${ship} open.`,
        "It is waited for; see who: fuser -v /var/lib/urbit/*/.vere.lock",
        lockText(run),
      );
    case REFUSED.bootFailed: {
      const lines = parseLook(run.stdout)?.bootLog ?? [];
      const known = classify(lines, `The boot of ${ship} on ${host} failed`);
      if (known !== null) return fail(known);
      return configuration(
        "boot-failed",
        `The boot of ${ship} on ${host} failed.`,
        `Read its log there: /var/lib/slipway/boot/${bare}/log; then approve again to boot anew.`,
        lines.slice(-5).join(" · "),
      );
    }
    case REFUSED.noHome:
      return configuration(
        "host-not-prepared",
        `${host} lacks the user urbit or its home.`,
        "Run the baseline phase on this host again.",
      );
    case REFUSED.noRuntime:
      return configuration(
        "runtime-missing",
        `${host} has no vere that runs there, or no pill to read.`,
        "Give the binary for this host's architecture (slipway runtime add), and run the phase that places it again.",
        lastError(run),
      );
    case REFUSED.mustLive:
      return critical(
        "ship-must-live",
        `${ship} on ${host} is not a fake ship that Slipway booted: it is not removed.`,
        "A pier that was on the network must live on or be moved; remove a stray one by hand.",
      );
    case REFUSED.running:
      return critical(
        "ship-running",
        `${ship} runs on ${host}: its lease cannot be given away.`,
        `Stop it first: systemctl stop urbit-${bare}`,
      );
    case REFUSED.stillRunning:
      return transient(
        "ship-still-stopping",
        `${ship} on ${host} has not ended yet.`,
        "Large ships take minutes to write their snapshot; it is waited for. Never kill it.",
      );
    case REFUSED.noSystemd:
      return configuration(
        "no-systemd",
        `${host} is not run by systemd.`,
        "Use a host that systemd runs: ships are kept by its units.",
      );
    default:
      return configuration(
        "ship-program-failed",
        `${host} could not ${doing} ${ship} (exit ${run.exit}).`,
        look,
        lastError(run),
      );
  }
}

function lastError(run: RunResult): string | undefined {
  return run.stderr.trim().split("\n").slice(-3).join(" · ").slice(0, 400) || undefined;
}

function lockText(run: RunResult): string | undefined {
  const pid = parseLook(run.stdout)?.lockPid;
  return pid === null || pid === undefined ? undefined : `process ${pid} holds the lock`;
}
