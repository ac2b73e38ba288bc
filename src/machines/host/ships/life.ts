import { randomBytes } from "node:crypto";
import { configuration, type Failure, fail, type Outcome, ok, transient } from "../../../base/outcome.ts";
import { evaluate, HI_HOON, infoLeaf, isYes, parseReply, peel, type Reply } from "../../../urbit/conn.ts";
import { fromBytes, type Noun, textOf } from "../../../urbit/noun.ts";
import { pointOf } from "../../../urbit/point.ts";
import type { ShipLife } from "../../ships.ts";
import type { Answer } from "./exchange.ts";

const PEELS = ["live", "khan", "who", "v", "info"] as const;

/** Five peels on one connection: each connection costs the ship a descriptor until it restarts. */
export function lifeRequests(): readonly Uint8Array[] {
  return PEELS.map((path, index) => peel(BigInt(index + 1), path));
}

export function readLife(ship: string, host: string, answer: Answer | undefined): Outcome<ShipLife> {
  const silent = silence(ship, host, answer);
  if (silent !== null) return fail(silent);
  const values: Noun[] = [];
  for (const [index, path] of PEELS.entries()) {
    const reply = replyOf(answer, index, BigInt(index + 1));
    if (reply.kind !== "value") return unreadable(ship, host, `/${path}: ${why(reply)}`);
    values.push(reply.noun);
  }
  const [live = 1n, khan = 1n, who = 0n, version = 0n, info = 0n] = values;
  const event = infoLeaf(info, ["lord", "event"]);
  if (typeof who !== "bigint" || who >= 1n << 128n || event === null)
    return unreadable(ship, host, "a peel has another shape");
  return ok({
    live: isYes(live),
    khan: isYes(khan),
    who: pointOf(who).name,
    version: textOf(version) ?? "",
    event: Number(event),
  });
}

/** A request id nobody else uses: one in flight twice would lose an answer. */
export function freshId(): bigint {
  return fromBytes(randomBytes(7)) | (1n << 60n);
}

export function hiRequest(rid: bigint): Uint8Array {
  return evaluate(rid, HI_HOON);
}

export function readHi(
  ship: string,
  host: string,
  answer: Answer | undefined,
  rid: bigint,
): Outcome<{ readonly ms: number }> {
  const silent = silence(ship, host, answer);
  if (silent !== null) return fail(silent);
  const reply = replyOf(answer, 0, rid);
  if (reply.kind !== "value") {
    return configuration(
      "hi-failed",
      `${ship} on ${host} did not greet itself.`,
      `See what it says: journalctl -u urbit-${ship.slice(1)} -n 50`,
      why(reply),
    );
  }
  return ok({ ms: answer?.replies[0]?.ms ?? 0 });
}

export function replyOf(answer: Answer | undefined, index: number, rid: bigint): Reply {
  const bytes = answer?.replies[index]?.bytes;
  return bytes === undefined ? { kind: "unreadable", why: "no answer" } : parseReply(bytes, rid);
}

/** Why nothing was said at all: not there, not up yet, or still thinking. */
export function silence(ship: string, host: string, answer: Answer | undefined): Failure | null {
  const unit = `urbit-${ship.slice(1)}`;
  if (answer === undefined || answer.refused !== null) {
    const failure = transient(
      "ship-not-up",
      `${ship} on ${host} does not listen on its control socket.`,
      `It may still be starting: journalctl -u ${unit} -n 20`,
      answer?.refused ?? undefined,
    );
    return failure.failure;
  }
  if (!answer.timedOut) return null;
  return transient(
    "ship-silent",
    `${ship} on ${host} did not answer in time.`,
    `A long event may keep it busy; it is asked again. See: journalctl -u ${unit} -n 20`,
  ).failure;
}

function unreadable(ship: string, host: string, detail: string) {
  return transient(
    "ship-unreadable",
    `${ship} on ${host} answered something unexpected.`,
    "Ask again; if it stays, its vere may be newer than this slipway.",
    detail,
  );
}

function why(reply: Reply): string {
  return reply.kind === "failed" || reply.kind === "unreadable" ? reply.why : reply.kind;
}
