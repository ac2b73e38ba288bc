import { configuration, fail, type Outcome, ok, transient } from "../../base/outcome.ts";
import { nothingAnswers } from "../host/dial.ts";
import { isBatchName, validateBatch } from "../host/validate.ts";
import type { Answers, Convergence, ConvergeRequest, Machine, Question, Seen } from "../machine.ts";
import { convergeTwin } from "./converge.ts";
import { factsOf, fingerprintOf } from "./facts.ts";
import { answerLost, type FaultKind, hangMs, type Operation, stopsAll, unreachable } from "./faults.ts";
import { isLive } from "./ship-state.ts";
import { twinShips } from "./ships.ts";
import { undoTwin } from "./undo.ts";
import type { Turn, World } from "./world.ts";

/** Operations that only read: they wait for no other process. */
const READS: ReadonlySet<Operation> = new Set<Operation>([
  "machine-id",
  "facts",
  "compare",
  "fingerprint",
  "probe",
  "ask",
  "inspect",
  "life",
  "hi",
  "http",
]);

/**
 * A host of the twin: the same resources and ship operations as a real one, on a model. It comes into being when it is
 * first used. Nothing it says is ever proved (`rehearsal`), and its sightings say `twin:` where a real one names a command.
 */
export function createTwinMachine(world: World, name: string): Machine {
  const ask = async <T>(
    operation: Operation,
    subject: { readonly ship: string | null; readonly words: string },
    act: (turn: Turn, fault: FaultKind | null) => Outcome<T>,
  ): Promise<Outcome<Seen<T>>> => {
    try {
      const fault = world.meet({ operation, host: name, ship: subject.ship });
      const wait = hangMs(fault);
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      const stopped = stopsAll(fault, name);
      if (stopped !== null) return fail(stopped);
      if (fault === "kill-before") process.kill(process.pid, "SIGKILL");
      const shut = (turn: Turn) => (turn.host.shut ? fail(unreachable(name)) : act(turn, fault));
      const result = READS.has(operation) ? world.look(name, shut) : world.turn(name, shut);
      if (fault === "kill-after") process.kill(process.pid, "SIGKILL");
      if (!result.ok) return result;
      if (fault === "answer-lost") return fail(answerLost(name));
      const command = `twin: ${operation}${subject.words}`;
      const sighting = {
        at: new Date().toISOString(),
        host: name,
        command,
        exit: null,
        raw: JSON.stringify(result.value),
      };
      return ok({ value: result.value, sighting });
    } catch (error) {
      return storeFailure(error);
    }
  };
  const site = { ship: null, words: "" };
  return {
    name,
    rehearsal: true,
    ships: twinShips((operation, ship, act) => ask(operation, { ship, words: ` ${ship}` }, act)),
    machineId: async () => {
      const seen = await ask("machine-id", site, ({ host }) => ok(host.machineId));
      return seen.ok ? ok(seen.value.value) : seen;
    },
    facts: () => ask("facts", site, (turn, fault) => ok(factsOf(turn, fault))),
    survey: (questions) =>
      ask("facts", site, (turn, fault) => ok({ facts: factsOf(turn, fault), answers: unmodelled(questions) })),
    // A model of commands would be a second host: the twin says of every question that it cannot answer it.
    ask: (questions) => ask("ask", site, () => ok(unmodelled(questions))),
    converge: async (request) => {
      const valid = validateBatch(request);
      if (!valid.ok) return valid;
      const words = ` batch ${request.batch} (${request.resources.length} resources)`;
      return ask(request.dryRun ? "compare" : "converge", { ship: null, words }, (turn, fault) =>
        converge(turn, request, fault),
      );
    },
    // A restart ends as it begins in the model: enabled units come back by themselves.
    restart: () =>
      ask("restart", site, ({ host, now, settings, mutate }) => {
        for (const ship of Object.values(host.ships)) {
          if (ship.active && ship.enabled) ship.liveAt = now + settings.startMs;
          else ship.active = false;
        }
        mutate("restart", name, "");
        return ok(null);
      }),
    // No network lies between us and a model: only that the ship answers is modelled, and that at once.
    probe: (port, _path, times) =>
      ask("probe", site, (turn) => {
        const up = Object.values(turn.host.ships).some((ship) => ship.httpPort === port && isLive(turn, ship));
        const answers = Array.from({ length: times }, () => ({ status: 204, ms: 0 }));
        return up ? ok({ via: "twin", answers }) : nothingAnswers(name, port, "the twin's ship is not live");
      }),
    undo: (batch) => {
      if (!isBatchName(batch)) throw new TypeError(`not a batch name: ${batch}`);
      return ask("undo", { ship: null, words: ` batch ${batch}` }, (turn) => ok(undoTwin(turn, batch)));
    },
    fingerprint: () => ask("fingerprint", site, (turn) => ok(fingerprintOf(turn))),
    close: async () => undefined,
  };
}

function unmodelled(questions: readonly Question[]): Answers {
  return Object.fromEntries(questions.map(({ id }) => [id, { exit: null, text: "" }]));
}

function converge(turn: Turn, request: ConvergeRequest, fault: FaultKind | null): Outcome<Convergence> {
  const { batch, dryRun, revertAfterSeconds } = request;
  const confirmed = turn.undo()[batch]?.length ?? 0;
  const done = { ...convergeTwin(turn, request, fault), answers: unmodelled(request.questions ?? []) };
  if (fault !== "lock-out" || dryRun || done.changed === 0) return ok(done);
  const { name } = turn.host;
  if (revertAfterSeconds === null) {
    turn.host.shut = true;
    turn.mutate("shut", name, `batch ${batch}`);
    return fail(unreachable(name));
  }
  undoTwin(turn, batch, confirmed);
  return configuration(
    "locked-out",
    `After the batch ${batch}, ${name} let no new SSH connection in. The host has put everything back by itself and lets us in again.`,
    "Change what shut us out (firewall, sshd, accounts), then run it again.",
    "a fault of the twin",
  );
}

/** What the file under the world can do to us; anything else is our own mistake and is thrown on. */
function storeFailure(error: unknown): Outcome<never> {
  if (!(error instanceof Error) || !("code" in error) || error.code !== "ERR_SQLITE_ERROR") throw error;
  if (/busy|locked/i.test(error.message))
    return transient(
      "twin-busy",
      "Other workers kept the twin's file for ten seconds.",
      "Run it again.",
      error.message,
    );
  return configuration(
    "twin-unusable",
    "The twin's file cannot be read or written.",
    "See whether its disk is full; a rehearsal can begin anew: slipway down, remove twin.db from the state directory.",
    error.message,
  );
}
