import { type Outcome, ok, transient } from "../../../base/outcome.ts";
import { shellQuote } from "../../../base/quote.ts";
import type { HostConnection } from "../connection.ts";
import { HELPER } from "./exchange-helper.ts";

/** One connection to a ship, with its requests in order; each reply is read before the next request is sent. */
export interface Exchange {
  readonly to: { readonly unix: string } | { readonly tcp: number };
  readonly requests: readonly Uint8Array[];
}

export interface Answer {
  /** Null once connected, else the operating system's word: `ENOENT`, `ECONNREFUSED` … */
  readonly refused: string | null;
  readonly replies: readonly { readonly ms: number; readonly bytes: Uint8Array }[];
  /** Time was over before the last reply; the connection goes on without us until it comes. */
  readonly timedOut: boolean;
}

export interface ExchangeOptions {
  /** Seconds to wait for all of it. */
  readonly seconds: number;
  readonly asRoot: boolean;
}

export function exchangeProgram(seconds: number): string {
  return `exec perl -e ${shellQuote(HELPER)} ${Math.max(1, Math.ceil(seconds))}`;
}

/** What the helper reads. Secrets (a login) go this way and no other: never argv, never disk. */
export function exchangeInput(exchanges: readonly Exchange[]): string {
  const lines = exchanges.flatMap(({ to, requests }) => [
    "unix" in to ? `unix ${to.unix}` : `tcp ${to.tcp}`,
    ...requests.map((bytes) => `send ${Buffer.from(bytes).toString("hex")}`),
    "go",
  ]);
  return `${lines.join("\n")}\n`;
}

/** What the helper printed, one answer per exchange that was begun. */
export function parseAnswers(stdout: string): readonly Answer[] {
  const answers: Answer[] = [];
  let refused: string | null = "not begun";
  let replies: Answer["replies"][number][] = [];
  let timedOut = false;
  for (const line of stdout.split("\n")) {
    const [word = "", ...rest] = line.split(" ");
    if (word === "open") refused = null;
    else if (word === "error") refused = rest.join(" ");
    else if (word === "timeout") timedOut = true;
    else if (word === "reply") replies.push({ ms: Number(rest[0]), bytes: Buffer.from(rest[1] ?? "", "hex") });
    else if (word === "done") {
      answers.push({ refused: timedOut ? null : refused, replies, timedOut });
      refused = "not begun";
      replies = [];
      timedOut = false;
    }
  }
  return answers;
}

/** Runs the exchanges one after the other, in one round trip to the host. */
export async function exchange(
  connection: Pick<HostConnection, "name" | "run">,
  exchanges: readonly Exchange[],
  options: ExchangeOptions,
): Promise<Outcome<readonly Answer[]>> {
  const run = await connection.run(exchangeProgram(options.seconds), {
    stdin: exchangeInput(exchanges),
    timeoutMs: (options.seconds + 30) * 1_000,
    asRoot: options.asRoot,
  });
  if (!run.ok) return run;
  const answers = parseAnswers(run.value.stdout);
  if (run.value.exit === 0 && answers.length === exchanges.length) return ok(answers);
  return transient(
    "ship-exchange-failed",
    `The program that speaks to ships on ${connection.name} ended early (exit ${run.value.exit}).`,
    "Try again; on the host, see that Perl runs: perl -MSocket -MPOSIX -e 1",
    run.value.stderr.trim().slice(-300) || undefined,
  );
}
