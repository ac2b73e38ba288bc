import { type Outcome, ok, transient } from "../../../base/outcome.ts";
import { STOP_SECONDS } from "../../../urbit/unit.ts";
import type { Seen, Sighting } from "../../machine.ts";
import type { Fence, ShipOperations, ShipState } from "../../ships.ts";
import type { HostConnection, RunOptions, RunResult } from "../connection.ts";
import { exchange } from "./exchange.ts";
import { programFailure } from "./failures.ts";
import { freshId, hiRequest, lifeRequests, readHi, readLife } from "./life.ts";
import { probeHttp } from "./login.ts";
import { parseLook } from "./look.ts";
import * as programs from "./programs.ts";

export interface ShipOptions {
  /** Put before every path on the host; "" but in tests. */
  readonly root?: string;
  /** False in tests that run as any user. */
  readonly asRoot?: boolean;
  /** Seconds a ship has to answer. */
  readonly answerSeconds?: number;
}

/**
 * Ships on a Debian host, each operation one POSIX-sh program over `connection` (`http` takes three round trips, so
 * that no secret ever lies on the host). Every operation that changes something runs under the ship's lock and current
 * token, checked by the guard on the host.
 */
export function createShipOperations(
  connection: HostConnection,
  hostName: string,
  options: ShipOptions = {},
): ShipOperations {
  const { root = "", asRoot = true, answerSeconds = 60 } = options;

  const act = async (
    ship: string,
    doing: string,
    command: string,
    build: (here: programs.Ground) => string,
    runOptions: RunOptions = {},
  ): Promise<Outcome<Seen<ShipState>>> => {
    const run = await connection.run(build(programs.ground(ship, root)), { ...runOptions, asRoot });
    if (!run.ok) return run;
    if (run.value.exit !== 0) return programFailure(hostName, ship, doing, run.value);
    const state = parseLook(run.value.stdout);
    if (state === null)
      return transient(
        "ship-look-cut",
        `${hostName} broke off while it told about ${ship}.`,
        "Ask again.",
        run.value.stderr.slice(-200) || undefined,
      );
    return ok({ value: state, sighting: sighting(hostName, command, run.value) });
  };

  /** Sockets of a ship; `raw` is what the sighting shows, in words, since the bytes may hold secrets. */
  const ask = (exchanges: Parameters<typeof exchange>[1]) =>
    exchange(connection, exchanges, { seconds: answerSeconds, asRoot });
  const seen = <T>(command: string, value: Outcome<T>): Outcome<Seen<T>> =>
    value.ok
      ? ok({
          value: value.value,
          sighting: { at: now(), host: hostName, command, exit: 0, raw: JSON.stringify(value.value) },
        })
      : value;
  const pierOf = (ship: string) => programs.ground(ship, root).paths.pier;
  const bare = (ship: string) => programs.ground(ship, root).paths.bare;

  return {
    inspect: ({ name }) =>
      act(name, "look at", `systemctl status urbit-${bare(name)} slipway-boot-${bare(name)}`, programs.inspectProgram),

    fence: async (fence) => {
      const done = await act(fence.ship, "fence", guardLine("raise", fence, bare), (here) =>
        programs.fenceProgram(here, fence),
      );
      return done.ok ? ok({ value: fence, sighting: done.value.sighting }) : done;
    },
    unfence: async (fence) => {
      const done = await act(fence.ship, "give away", guardLine("drop", fence, bare), (here) =>
        programs.unfenceProgram(here, fence),
      );
      return done.ok ? ok({ value: null, sighting: done.value.sighting }) : done;
    },

    boot: (request) => {
      const { ship, key } = request;
      const command = `systemd-run --unit slipway-boot-${bare(ship.name)} ${request.vere} -t -x ${ship.fake ? "-F" : "-w"} ${bare(ship.name)} -c ${pierOf(ship.name)}`;
      const stdin = key === null ? {} : { stdin: `${key.reveal()}\n` };
      return act(ship.name, "boot", command, (here) => programs.bootProgram(here, request), stdin);
    },
    install: (ship, fence, vere) =>
      act(ship.name, "install the unit of", `systemctl enable urbit-${bare(ship.name)}`, (here) =>
        programs.installProgram(here, ship, fence, vere),
      ),
    start: (ship, fence) =>
      act(ship.name, "start", `systemctl start --no-block urbit-${bare(ship.name)}`, (here) =>
        programs.startProgram(here, fence),
      ),
    stop: (ship, fence) =>
      act(ship.name, "stop", `systemctl stop urbit-${bare(ship.name)}`, (here) => programs.stopProgram(here, fence), {
        timeoutMs: (STOP_SECONDS + 60) * 1_000,
      }),
    remove: (ship, fence) =>
      act(
        ship.name,
        "remove",
        `systemctl disable --now urbit-${bare(ship.name)}; rm -rf ${pierOf(ship.name)}`,
        (here) => programs.removeProgram(here, ship, fence),
        {
          timeoutMs: (STOP_SECONDS + 60) * 1_000,
        },
      ),

    life: async ({ name }) => {
      const answers = await ask([{ to: { unix: pierOf(name) }, requests: lifeRequests() }]);
      return answers.ok
        ? seen(
            `peel live, khan, who, v, info at ${pierOf(name)}/.urb/conn.sock`,
            readLife(name, hostName, answers.value[0]),
          )
        : answers;
    },
    hi: async ({ name }) => {
      const rid = freshId();
      const answers = await ask([{ to: { unix: pierOf(name) }, requests: [hiRequest(rid)] }]);
      return answers.ok
        ? seen(`|hi ${name} at ${pierOf(name)}/.urb/conn.sock`, readHi(name, hostName, answers.value[0], rid))
        : answers;
    },
    http: async ({ name, httpPort }) =>
      seen(
        `curl http://127.0.0.1:${httpPort}/~_~/healthz; login with +code; /~/name`,
        await probeHttp(name, hostName, pierOf(name), httpPort, ask),
      ),
  };
}

function guardLine(verb: string, fence: Fence, bare: (ship: string) => string): string {
  return `/opt/slipway/lib/fence ${verb} ${bare(fence.ship)} ${fence.token}`;
}

function sighting(host: string, command: string, run: RunResult): Sighting {
  return { at: now(), host, command, exit: run.exit, raw: `${run.stdout}${run.stderr}` };
}

function now(): string {
  return new Date().toISOString();
}
