import { existsSync } from "node:fs";
import { join } from "node:path";
import { configuration, fail, type Outcome, ok, transient } from "../../base/outcome.ts";
import type { HostTarget } from "../inventory.ts";
import type { WebAnswer } from "../machine.ts";
import type { HostConnection, RunOptions, RunResult } from "./connection.ts";
import { controlDirectory } from "./control-directory.ts";
import { type Dialled, dialHere, dialThrough, nothingAnswers } from "./dial.ts";
import { timeAnswers } from "./probe.ts";
import { type ProcessResult, runProcess } from "./process.ts";
import { controlName, isDestination, remoteCommand, sshArguments, wrapProgram } from "./ssh-command.ts";
import { rootFailure, sshFailure } from "./ssh-failure.ts";
import { uploadFile } from "./upload.ts";

export interface ConnectOptions {
  /** File for `ssh -F`; default `SLIPWAY_SSH_CONFIG`, else the user's own configuration. */
  readonly sshConfig?: string;
  /** Where the masters' sockets lie; default a private directory of ours. */
  readonly controlDir?: string;
}

/** sshd lets ten sessions share a connection (MaxSessions); we leave two for a person at the same socket. */
const SESSIONS = 8;
const DEFAULT_TIMEOUT_MS = 120_000;
const PROBE_TIMEOUT_MS = 60_000;

/** How to reach a host. Nothing is opened before the first `run`; that one makes the master the others share. */
export function connect(target: HostTarget, options: ConnectOptions = {}): HostConnection {
  return target.address === "local" ? localConnection(target.name) : sshConnection(target, options);
}

function localConnection(name: string): HostConnection {
  const run = async (program: string, options: RunOptions = {}): Promise<Outcome<RunResult>> => {
    const { argv, input } = command(program, options, (line) => ["sh", "-c", line]);
    const done = await runProcess(argv, { ...bounds(options), input, killGroup: true });
    return judge(name, "local", done, options, () => null);
  };
  const probe: HostConnection["probe"] = async (port, path, times) => {
    const dialled = await dialHere(port, (stream) => timeAnswers(stream, path, times + 1));
    return judgeProbe(name, port, dialled);
  };
  const connection = { name, address: "local", run, probe, close: async () => undefined };
  return { ...connection, upload: (file, to) => uploadFile(connection, file, to) };
}

function sshConnection(target: HostTarget, options: ConnectOptions): HostConnection {
  const { name, address } = target;
  const config = options.sshConfig ?? process.env.SLIPWAY_SSH_CONFIG ?? null;
  let socket: string | undefined;
  const controlPath = () => {
    socket ??= join(options.controlDir ?? controlDirectory(), controlName(address, config));
    return socket;
  };
  const slots = semaphore(SESSIONS);
  let opening: Promise<unknown> | null = null;

  const ssh = async (program: string, runOptions: RunOptions): Promise<Outcome<RunResult>> => {
    const settings = { config, controlPath: runOptions.fresh === true ? null : controlPath() };
    const { argv, input } = command(program, runOptions, (line) => [...sshArguments(settings), "--", address, line]);
    const done = await runProcess(argv, { ...bounds(runOptions), input, killGroup: false });
    return judge(name, address, done, runOptions, (stderr) => sshFailure(name, address, stderr));
  };

  const run = async (program: string, runOptions: RunOptions = {}): Promise<Outcome<RunResult>> => {
    if (!isDestination(address))
      return configuration(
        "host-address",
        `"${address}" is not an SSH destination.`,
        "Write it as user@host, ssh://user@host:port, or an alias of ~/.ssh/config.",
      );
    if (runOptions.fresh === true) return ssh(program, runOptions);
    return slots(async () => {
      // Only one may become the master: the others wait until its socket is there or it has ended.
      while (opening !== null && !existsSync(controlPath())) await Promise.race([opening, pause(5)]);
      if (opening !== null || existsSync(controlPath())) return ssh(program, runOptions);
      const first = ssh(program, runOptions);
      opening = first.finally(() => {
        opening = null;
      });
      return first;
    });
  };

  const close = async () => {
    if (socket === undefined || !existsSync(socket)) return;
    // `stop`, not `exit`: another process of ours may have a session on the same master; it ends with the last one.
    const argv = [...sshArguments({ config, controlPath: socket }), "-O", "stop", "--", address];
    await runProcess(argv, { input: [], timeoutMs: 5_000, killGroup: false });
  };
  const probe: HostConnection["probe"] = async (port, path, times) => {
    // Whoever is first opens the master, and says what is wrong with the way there.
    const there = await run(":", { asRoot: false });
    if (!there.ok) return there;
    const settings = { config, controlPath: controlPath() };
    const argv = [...sshArguments(settings), "-W", `127.0.0.1:${port}`, "--", address];
    const ask = () => dialThrough(argv, PROBE_TIMEOUT_MS, (stream) => timeAnswers(stream, path, times + 1));
    return judgeProbe(name, port, await slots(ask));
  };
  const connection = { name, address: `ssh ${address}`, run, probe, close };
  return { ...connection, upload: (file, to) => uploadFile(connection, file, to) };
}

function command(program: string, options: RunOptions, argvFor: (line: string) => readonly string[]) {
  const withInput = options.stdin !== undefined;
  const text = wrapProgram(program, withInput);
  const line = remoteCommand(Buffer.byteLength(text), withInput, options.asRoot !== false);
  return { argv: argvFor(line), input: [text, ...(options.stdin === undefined ? [] : [options.stdin])] };
}

function bounds(options: RunOptions) {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  return { timeoutMs, ...(options.onLine === undefined ? {} : { onLine: options.onLine }) };
}

function judgeProbe(
  name: string,
  port: number,
  dialled: Dialled<readonly WebAnswer[] | null>,
): Outcome<readonly WebAnswer[]> {
  if (!dialled.ok) return nothingAnswers(name, port, dialled.why);
  return dialled.value === null ? nothingAnswers(name, port, "") : ok(dialled.value.slice(1));
}

function judge(
  name: string,
  address: string,
  done: ProcessResult,
  options: RunOptions,
  lost: (stderr: string) => Parameters<typeof fail>[0] | null,
): Outcome<RunResult> {
  if (done.startError !== null)
    return configuration(
      done.startError === "ENOENT" ? "ssh-missing" : "ssh-start",
      `The program that reaches ${name} could not be started (${done.startError}).`,
      "Install the OpenSSH client: apt-get install openssh-client",
    );
  if (done.timedOut)
    return transient(
      "timed-out",
      `${name} did not finish within ${Math.round((options.timeoutMs ?? DEFAULT_TIMEOUT_MS) / 1000)} s.`,
      `Try again; look at the host: ${address === "local" ? "uptime" : `ssh ${address} uptime`}`,
      done.stderr.trim().slice(-200) || undefined,
    );
  if (done.code === null || done.code === 255) {
    const failure = lost(done.stderr);
    if (failure !== null) return fail(failure);
  }
  const exit = done.code ?? 128 + 15;
  const noRoot = options.asRoot === false ? null : rootFailure(name, address, exit, done.stdout, done.stderr);
  if (noRoot !== null) return fail(noRoot);
  return ok({ stdout: done.stdout, stderr: done.stderr, exit, ms: done.ms, truncated: done.truncated });
}

function semaphore(slots: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = slots;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((go) => waiting.push(go));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
