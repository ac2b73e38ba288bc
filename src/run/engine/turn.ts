import { connect } from "node:net";
import { configuration, type Outcome, ok, transient } from "../../base/outcome.ts";
import { ask, type Door } from "./http.ts";
import { RUN, STEPS } from "./names.ts";

export interface Turn {
  /** Another worker served when this one came. */
  readonly standsBy: boolean;
  /** Ends the watch; the engine keeps the address it has. */
  stop(): void;
}

const LOOK_MS = 2_000;
const SILENT_MS = 3_000;
/** Looks in a row without an answer after which the one that serves is taken for dead. */
const MISSES = 2;

/**
 * The engine sends all work to one address. A worker whose address that is serves; any other stands by, looks at it
 * again and again, and takes its place when it is silent: a worker that merely seemed dead harms nothing, since hosts
 * refuse its older tokens. Behind one address of a load balancer (`--advertise`) all workers serve at once.
 */
export async function takeTurns(doors: Doors, url: string, log: (line: string) => void): Promise<Outcome<Turn>> {
  const { admin } = doors;
  const now = await serving(admin);
  if (!now.ok) return now;
  const standsBy = now.value !== null && now.value.uri !== url && (await answers(doors, now.value.uri));
  if (!standsBy) {
    const registered = await register(admin, url, now.value);
    if (!registered.ok) return registered;
  }
  let misses = 0;
  let stopped = false;
  const look = async () => {
    const seen = await serving(admin);
    if (!seen.ok || seen.value?.uri === url || (seen.value !== null && (await answers(doors, seen.value.uri))))
      misses = 0;
    else misses++;
    if (stopped || misses < MISSES || !seen.ok) return;
    misses = 0;
    const taken = await register(admin, url, seen.value);
    log(
      taken.ok
        ? `${new Date().toISOString()} info took over from ${seen.value?.uri ?? "nobody"}`
        : `${new Date().toISOString()} warn could not take over: ${taken.failure.what}`,
    );
  };
  const schedule = () => {
    timer = setTimeout(() => void look().finally(() => !stopped && schedule()), LOOK_MS);
    timer.unref();
  };
  let timer: NodeJS.Timeout;
  schedule();
  return ok({
    standsBy,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  });
}

interface Doors {
  readonly admin: Door;
  readonly ingress: Door;
}

interface Deployment {
  readonly id: string;
  readonly uri: string;
}

/** The deployment that holds our handlers; null before the first worker. */
async function serving(admin: Door): Promise<Outcome<Deployment | null>> {
  const listed = await ask(admin, { method: "GET", path: "/deployments" });
  if (!listed.ok) return listed;
  if (listed.value.status !== 200) {
    const what = `the engine's admin port answered ${listed.value.status}`;
    return transient("engine-error", what, "check SLIPWAY_ENGINE_ADMIN_URL", listed.value.body.slice(0, 300));
  }
  const { deployments = [] } = JSON.parse(listed.value.body) as {
    deployments?: { id: string; uri?: string; services?: { name: string }[] }[];
  };
  const ours = deployments.find((item) => item.services?.some((service) => service.name === STEPS));
  return ok(ours?.uri === undefined ? null : { id: ours.id, uri: ours.uri });
}

/**
 * Makes `url` the address of the handlers. The one deployment is moved rather than a second one made: work in flight
 * stays pinned to its deployment, and would wait for a dead worker for ever.
 */
async function register(admin: Door, url: string, now: Deployment | null): Promise<Outcome<null>> {
  const answer =
    now === null
      ? await ask(admin, { method: "POST", path: "/deployments", body: { uri: url, force: true } })
      : await ask(admin, { method: "PATCH", path: `/deployments/${now.id}`, body: { uri: url, overwrite: true } });
  if (!answer.ok) return answer;
  if (answer.value.status >= 300) {
    return configuration(
      "worker-not-registered",
      `the engine did not take the worker at ${url} (${answer.value.status})`,
      "check that the engine can reach that address and signs with the key in SLIPWAY_ENGINE_IDENTITY, then: slipway up",
      answer.value.body.slice(0, 400),
    );
  }
  return ok(null);
}

/**
 * Whether the worker that serves turns its loop: the engine has it answer a question, signed as all its requests are.
 * A port at which nobody listens any more says so at once.
 */
async function answers({ ingress }: Doors, uri: string): Promise<boolean> {
  if (await refuses(uri)) return false;
  const answer = await ask(ingress, { method: "POST", path: `/${RUN}/-/status`, timeoutMs: SILENT_MS });
  return answer.ok && answer.value.status === 200;
}

function refuses(uri: string): Promise<boolean> {
  const { hostname, port, protocol } = new URL(uri);
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ""),
      port: Number(port) || (protocol === "https:" ? 443 : 80),
      timeout: SILENT_MS,
    });
    const finish = (refused: boolean) => {
      socket.destroy();
      resolve(refused);
    };
    socket.on("connect", () => finish(false));
    socket.on("timeout", () => finish(false));
    socket.on("error", (error: NodeJS.ErrnoException) => finish(error.code === "ECONNREFUSED"));
  });
}
