import { sha256 } from "../../base/canonical.ts";
import { configuration, type Outcome, ok, transient } from "../../base/outcome.ts";
import type { HostTarget } from "../inventory.ts";
import type { Convergence, Machine, Seen, Sighting } from "../machine.ts";
import type { ShipOperations } from "../ships.ts";
import { BATCH_TIMEOUT_MS, convergence } from "./answer.ts";
import { compileAsk, parseAsk, patienceMs } from "./ask.ts";
import type { HostConnection, RunResult } from "./connection.ts";
import { convergeHost } from "./converge.ts";
import { FACTS_PROGRAM } from "./facts.ts";
import { parseFacts } from "./facts-parse.ts";
import { compileFingerprint, parseFingerprint } from "./fingerprint.ts";
import { parseUndo } from "./records.ts";
import { compileUndo, undoMarker } from "./undo.ts";

export interface HostMachineDeps {
  readonly connection: HostConnection;
  readonly ships: (connection: HostConnection, hostName: string) => ShipOperations;
  /** ISO 8601 UTC; default the system's clock. */
  readonly now?: () => string;
}

/** A real host (or this machine) as specialists see it. */
export function createHostMachine(target: HostTarget, deps: HostMachineDeps): Machine {
  const { connection } = deps;
  const now = deps.now ?? (() => new Date().toISOString());
  const seen = <T>(value: T, what: string, program: string, result: RunResult): Seen<T> => ({
    value,
    sighting: sighting(target.name, connection.address, now(), what, program, result),
  });
  const cut = (what: string) =>
    transient("answer-cut", `The answer of ${target.name} to "${what}" broke off.`, "Run it again.");

  const survey: Machine["survey"] = async (questions) => {
    const asking = compileAsk(questions);
    const program = `${FACTS_PROGRAM}\n${asking.program}`;
    const sentMs = Date.now();
    let receivedMs: number | undefined;
    const onLine = () => {
      receivedMs ??= Date.now();
    };
    const asked = await connection.run(program, { timeoutMs: patienceMs(questions), onLine });
    if (!asked.ok) return asked;
    const facts = parseFacts(asked.value.stdout, { sentMs, receivedMs: receivedMs ?? Date.now() });
    const answers = parseAsk(asked.value.stdout, asking.marker, questions);
    if (facts === null || answers === null) return cut("facts");
    return ok(seen({ facts, answers }, "facts", program, asked.value));
  };

  let machineId: string | undefined;
  return {
    name: target.name,
    rehearsal: false,
    machineId: async () => {
      if (machineId !== undefined) return ok(machineId);
      const asked = await connection.run("cat /etc/machine-id", { asRoot: false, timeoutMs: 30_000 });
      if (!asked.ok) return asked;
      const read = asked.value.stdout.trim();
      if (!/^[0-9a-f]{32}$/.test(read))
        return configuration(
          "machine-id-missing",
          `${target.name} has no machine id, so nothing can say which machine holds a ship.`,
          `On ${target.name} as root run: systemd-machine-id-setup`,
        );
      machineId = read;
      return ok(read);
    },
    ships: deps.ships(connection, target.name),
    facts: async () => {
      const surveyed = await survey([]);
      return surveyed.ok ? ok({ ...surveyed.value, value: surveyed.value.value.facts }) : surveyed;
    },
    survey,
    ask: async (questions) => {
      const { program, marker } = compileAsk(questions);
      const asked = await connection.run(program, { timeoutMs: patienceMs(questions) });
      if (!asked.ok) return asked;
      const answers = parseAsk(asked.value.stdout, marker, questions);
      return answers === null ? cut("questions") : ok(seen(answers, "ask", program, asked.value));
    },
    converge: (request) => convergeHost(connection, request, seen),
    restart: async () => {
      // From a unit of its own, so that the answer gets out first. Ships are stopped as their units say.
      const program = `case $(systemctl is-system-running) in stopping) exit 0 ;; esac
systemctl -q is-active slipway-restart.timer slipway-restart.service && exit 0
systemd-run -q --unit=slipway-restart --on-active=1s --timer-property=AccuracySec=100ms systemctl reboot`;
      const run = await connection.run(program, { timeoutMs: 30_000 });
      if (!run.ok) return run;
      if (run.value.exit === 0) return ok(seen(null, "restart", program, run.value));
      return configuration(
        "restart-refused",
        `${target.name} does not restart.`,
        "Restart it by hand, then run it again.",
        run.value.stderr.trim().slice(-200) || undefined,
      );
    },
    probe: async (port, path, times) => {
      const asked = await connection.probe(port, path, times);
      if (!asked.ok) return asked;
      const value = { via: connection.address === "local" ? "itself" : "ssh", answers: asked.value } as const;
      const url = `http://127.0.0.1:${port}${path}`;
      const via = value.via === "itself" ? "" : `${connection.address} -N -L ${port}:127.0.0.1:${port} & `;
      const raw = JSON.stringify({ ...value, answers: value.answers.map(({ status, ms }) => [status, round(ms)]) });
      const command = `${via}curl ${url} # ${times} times, milliseconds each`;
      return ok({ value, sighting: { at: now(), host: target.name, command, exit: 0, raw } });
    },
    undo: async (batch): Promise<Outcome<Seen<Convergence>>> => {
      const program = compileUndo(batch);
      const run = await connection.run(program, { timeoutMs: BATCH_TIMEOUT_MS });
      if (!run.ok) return run;
      const records = parseUndo(run.value.stdout, undoMarker(batch));
      if (!records.ok) return records;
      return ok(seen(convergence(records.value), `undo ${batch}`, program, run.value));
    },
    fingerprint: async () => {
      const program = compileFingerprint();
      const asked = await connection.run(program, { timeoutMs: 120_000 });
      if (!asked.ok) return asked;
      const digests = parseFingerprint(asked.value.stdout);
      return digests === null ? cut("fingerprint") : ok(seen(digests, "fingerprint", program, asked.value));
    },
    close: () => connection.close(),
  };
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}

/** What was run, as a person could repeat it: the program itself is named by its digest, since it came on standard input. */
function sighting(
  host: string,
  address: string,
  at: string,
  what: string,
  program: string,
  result: RunResult,
): Sighting {
  const shell = address === "local" ? "sh" : `${address} sudo sh`;
  return {
    at,
    host,
    command: `${shell} < slipway:${what.replaceAll(" ", ":")} # sha256 ${sha256(program)}`,
    exit: result.exit,
    raw: result.stdout + result.stderr,
  };
}
