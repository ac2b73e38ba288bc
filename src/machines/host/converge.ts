import { configuration, fail, type Outcome, ok, transient } from "../../base/outcome.ts";
import type { Answers, Convergence, ConvergeRequest, Seen } from "../machine.ts";
import type { Resource } from "../resources.ts";
import { BATCH_TIMEOUT_MS, convergence, type Sight } from "./answer.ts";
import { compileAsk, parseAsk } from "./ask.ts";
import { compileBatch } from "./compile.ts";
import type { HostConnection, RunResult } from "./connection.ts";
import { type BatchAnswer, parseBatch } from "./records.ts";
import { stagingPath } from "./resources/download.ts";
import { disarmProgram } from "./shell/driver.ts";

/** Applies a batch over a connection: brings the files it asks for, and confirms it over a new login where it can cut us off. */
export async function convergeHost(
  connection: HostConnection,
  request: ConvergeRequest,
  seen: Sight,
): Promise<Outcome<Seen<Convergence>>> {
  const compiled = compileBatch(request);
  if (!compiled.ok) return compiled;
  const { marker } = compiled.value;
  const program = withQuestions(compiled.value.program, request);
  const fresh = request.newLogin === true;
  const once = async (): Promise<Outcome<{ run: RunResult; answer: BatchAnswer }>> => {
    const run = await connection.run(program, { timeoutMs: BATCH_TIMEOUT_MS, fresh });
    if (!run.ok) return run;
    const answer = parseBatch(run.value.stdout, marker, request.resources);
    return answer.ok ? ok({ run: run.value, answer: answer.value }) : explained(answer, run.value);
  };
  let done = await once();
  if (done.ok && done.value.answer.bring.length > 0) {
    const brought = await bring(connection, request.resources, done.value.answer.bring);
    if (!brought.ok) return brought;
    done = await once();
    if (done.ok && done.value.answer.bring.length > 0)
      return transient("upload-lost", `${connection.name} lost the files it was just brought.`, "Run it again.");
  }
  if (!done.ok) return withRevert(done, request);
  const { run, answer } = done.value;
  let secondLook: Convergence["secondLook"] = null;
  if (answer.armedSeconds !== null) {
    const kept = await confirm(connection, request, answer.armedSeconds, seen);
    if (!kept.ok) return kept;
    secondLook = kept.value;
  }
  const what = `${request.dryRun ? "compare" : "converge"} ${request.batch}`;
  const answers = answer.armedSeconds === null ? answersOf(run, request) : {};
  if (answers === null) return transient("answer-cut", `The answers of ${connection.name} broke off.`, "Run it again.");
  return ok(seen(convergence(answer.records, answers, secondLook), what, program, run));
}

/**
 * A batch keeps descriptor 3 for its records and sends everything else to standard error. One that waits for a new login
 * to confirm it leaves the questions to that login.
 */
function withQuestions(program: string, { questions = [] }: ConvergeRequest): string {
  return questions.length === 0
    ? program
    : `${program}\n[ $ARMED = yes ] || {\n${compileAsk(questions).program}\n} >&3`;
}

/** Null when the answers are not whole. */
function answersOf({ stdout }: RunResult, { questions = [] }: ConvergeRequest): Answers | null {
  return questions.length === 0 ? {} : parseAsk(stdout, compileAsk(questions).marker, questions);
}

async function bring(
  connection: HostConnection,
  resources: readonly Resource[],
  indexes: readonly number[],
): Promise<Outcome<null>> {
  for (const index of indexes) {
    const resource = resources[index];
    if (resource?.kind !== "download" || resource.localFile === null) continue;
    const target = {
      path: stagingPath(resource.sha256),
      sha256: resource.sha256,
      owner: "root",
      group: "root",
      mode: "0600",
    };
    const sent = await connection.upload(resource.localFile, target);
    if (!sent.ok) return sent;
  }
  return ok(null);
}

/** Between two tries of the new connection. */
const PAUSE_MS = 1_000;

/**
 * Only a new login may stop the host's countdown: the old connection stays open even when nobody new gets in. While it is
 * there it compares everything again and asks the questions: whoever wants to see with fresh eyes need not come once more.
 */
async function confirm(
  connection: HostConnection,
  request: ConvergeRequest,
  seconds: number,
  seen: Sight,
): Promise<Outcome<Convergence["secondLook"]>> {
  const { batch } = request;
  const look = compileBatch({ ...request, dryRun: true, revertAfterSeconds: null });
  if (!look.ok) return look;
  const program = `word=$(
${disarmProgram(batch)}
)
echo "$word"
[ "$word" = confirmed ] || exit 0
${withQuestions(look.value.program, request)}`;
  let confirmed = false;
  const onLine = (line: string) => {
    confirmed ||= line === "confirmed";
  };
  const armedAt = Date.now();
  const revertsAt = armedAt + seconds * 1_000;
  let why = "";
  do {
    const timeoutMs = Math.max(1_000, revertsAt - Date.now());
    const tried = await connection.run(program, { fresh: true, timeoutMs, onLine });
    if (confirmed) return ok(tried.ok ? lookedAt(tried.value, request, look.value.marker, program, seen) : null);
    if (tried.ok && tried.value.stdout.trim() === "reverted")
      return lockedOut(connection, batch, "the host had already begun to undo it", true);
    // A login that runs nothing of ours (no shell, a forced command) is no way in.
    why = tried.ok
      ? `a new login ran something else: ${tried.value.stdout.slice(0, 200).trim()}`
      : `${tried.failure.what} ${tried.failure.why ?? ""}`.trim();
    await pause(PAUSE_MS);
  } while (Date.now() < revertsAt);
  return lockedOut(connection, batch, why, await reachableAgain(connection));
}

function lookedAt(
  run: RunResult,
  request: ConvergeRequest,
  marker: string,
  program: string,
  seen: Sight,
): Convergence["secondLook"] {
  const answer = parseBatch(run.stdout, marker, request.resources);
  const answers = answersOf(run, request);
  if (!answer.ok || answers === null) return null;
  return seen(convergence(answer.value.records, answers), `confirm and compare ${request.batch}`, program, run);
}

async function reachableAgain(connection: HostConnection): Promise<boolean> {
  const until = Date.now() + 60_000;
  while (Date.now() < until) {
    const tried = await connection.run("echo in", { fresh: true, timeoutMs: 15_000 });
    if (tried.ok && tried.value.stdout.trim() === "in") return true;
    await pause(PAUSE_MS);
  }
  return false;
}

function lockedOut(connection: HostConnection, batch: string, why: string, reachable: boolean) {
  const state = reachable
    ? "The host has put everything back by itself and lets us in again."
    : "The host undoes it by itself; it has not let us in again yet.";
  return configuration(
    "locked-out",
    `After the batch ${batch}, ${connection.name} let no new SSH connection in. ${state}`,
    reachable
      ? "Change what shut us out (firewall, sshd, accounts), then run it again."
      : `Wait a minute and try: ${connection.address} true - else use the provider's console.`,
    why === "" ? undefined : why,
  );
}

function explained(answer: Outcome<BatchAnswer>, run: RunResult): Outcome<never> {
  if (answer.ok) return transient("answer-cut", "No answer.", "Run it again.");
  const said = run.stderr.trim().split("\n").slice(-3).join(" ").slice(-300);
  return fail({ ...answer.failure, ...(said === "" ? {} : { why: said }) });
}

/** When the answer never came, the host counts down all the same: say so, since a second run has to wait for it. */
function withRevert(failed: Outcome<unknown>, request: ConvergeRequest): Outcome<never> {
  if (failed.ok) return transient("answer-cut", "No answer.", "Run it again.");
  const { failure } = failed;
  if (request.revertAfterSeconds === null || request.dryRun || failure.kind !== "transient") return fail(failure);
  const note = `If the batch had begun, the host undoes it by itself ${request.revertAfterSeconds} s after its last change.`;
  return fail({ ...failure, why: failure.why === undefined ? note : `${failure.why} ${note}` });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
