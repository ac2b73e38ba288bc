import { sha256 } from "../../base/canonical.ts";
import { shellQuote } from "../../base/quote.ts";
import type { Answers, Question } from "../machine.ts";
import { PRELUDE } from "./shell/common.ts";

/** Seconds a question may take unless it says otherwise: a hung tool must not keep the others from answering. */
const SECONDS = 20;
/** Seconds all the others together may take. */
const TOGETHER = 300;

/** How long to wait for the answers. */
export function patienceMs(questions: readonly Question[]): number {
  return questions.reduce((sum, { seconds = 0 }) => sum + seconds, TOGETHER) * 1_000;
}

/** All questions as one read-only program: one round trip, each answer framed by its number. */
export function compileAsk(questions: readonly Question[]): { readonly program: string; readonly marker: string } {
  const asks = questions.map(
    ({ command, seconds = SECONDS }, index) => `ask ${index} ${seconds} ${shellQuote(command)}`,
  );
  const marker = `slipway-ask-${sha256(asks.join("\n")).slice(0, 16)}`;
  const program = [
    PRELUDE,
    `ask() {
  text=$(timeout -k 1 "$2" sh -c "$3" </dev/null); code=$?
  printf '${marker} %s %s\\n' "$1" $code
  case $text in *"$NL"*) printf '%s\\n' "$text" | sed 's/^/|/' ;; ?*) printf '|%s\\n' "$text" ;; esac
}`,
    ...asks,
    `echo ${marker} end`,
  ].join("\n");
  return { program, marker };
}

/** Null when the answer is not whole. A line of text begins with a bar, so that none can be taken for a frame. */
export function parseAsk(stdout: string, marker: string, questions: readonly Question[]): Answers | null {
  const lines = stdout.split("\n");
  if (!lines.includes(`${marker} end`)) return null;
  const answers: Record<string, { exit: number; lines: string[] }> = {};
  let current: string[] | undefined;
  for (const line of lines) {
    if (line.startsWith("|")) current?.push(line.slice(1));
    else if (line.startsWith(`${marker} `)) {
      const [index = "", exit = ""] = line.slice(marker.length + 1).split(" ");
      current = [];
      const question = questions[Number(index)];
      if (question !== undefined) answers[question.id] = { exit: Number(exit), lines: current };
    }
  }
  if (questions.some(({ id }) => answers[id] === undefined)) return null;
  return Object.fromEntries(
    Object.entries(answers).map(([id, { exit, lines: text }]) => [id, { exit, text: text.join("\n") }]),
  );
}
