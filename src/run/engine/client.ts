import { configuration, critical, type Outcome, ok, transient } from "../../base/outcome.ts";
import type { Holder, Lease, LeaseAnswer } from "../../urbit/lease.ts";
import type { Command, StartRequest } from "../commands.ts";
import type { Home } from "../home.ts";
import type { RunState } from "../state.ts";
import { engineSockets } from "./config.ts";
import { ask, type Door } from "./http.ts";

/** The engine as the rest of Slipway sees it. */
export interface Engine {
  readonly ingress: Door;
  readonly admin: Door;
  start(request: StartRequest): Promise<Outcome<RunState>>;
  command(run: string, order: Command & { readonly at: string }): Promise<Outcome<RunState>>;
  status(run: string): Promise<Outcome<RunState | null>>;
  lease(ship: string): Promise<Outcome<Lease>>;
  acquire(ship: string, wish: Omit<Holder, "since">): Promise<Outcome<LeaseAnswer>>;
  release(ship: string, token: number, because: string): Promise<Outcome<LeaseAnswer>>;
  observe(ship: string, machineId: string, pierId: string, event: number | null): Promise<Outcome<Lease>>;
  /** What keeps a run's handlers from going on (a full disk under the evidence, say); null when nothing does. */
  blocked(run: string): Promise<Outcome<string | null>>;
  healthy(): Promise<boolean>;
}

/** The site's engine: a cluster when `SLIPWAY_ENGINE_URL` is set, else the one under the state directory. */
export function engineClient(home: Home, env: Readonly<Record<string, string | undefined>> = process.env): Engine {
  const { ingress, admin } = doors(home, env);
  const call = async <T>(path: string, body?: unknown): Promise<Outcome<T>> => {
    const answer = await ask(ingress, "POST", path, body);
    if (!answer.ok) return answer;
    return decode<T>(answer.value.status, answer.value.body);
  };
  const now = () => new Date().toISOString();
  const key = encodeURIComponent;
  return {
    ingress,
    admin,
    start: async (request) => unwrap(await call<Outcome<RunState>>(`/run/${key(request.run)}/start`, request)),
    command: async (run, order) => unwrap(await call<Outcome<RunState>>(`/run/${key(run)}/command`, order)),
    status: (run) => call<RunState | null>(`/run/${key(run)}/status`),
    lease: (ship) => call<Lease>(`/lease/${key(ship)}/show`),
    acquire: (ship, wish) => call<LeaseAnswer>(`/lease/${key(ship)}/acquire`, { wish, at: now() }),
    release: (ship, token, because) => call<LeaseAnswer>(`/lease/${key(ship)}/release`, { token, because, at: now() }),
    observe: (ship, machineId, pierId, event) =>
      call<Lease>(`/lease/${key(ship)}/observe`, { machineId, pierId, event }),
    blocked: async (run) => {
      const query = `SELECT last_failure FROM sys_invocation WHERE target_service_name = 'run' AND target_service_key = '${run.replaceAll("'", "''")}' AND status IN ('backing-off','paused') LIMIT 1`;
      const answer = await ask(admin, "POST", "/query", { query });
      if (!answer.ok) return answer;
      try {
        const rows = (JSON.parse(answer.value.body) as { rows?: { last_failure?: string }[] }).rows ?? [];
        return ok(rows[0]?.last_failure ?? null);
      } catch {
        return ok(null);
      }
    },
    healthy: async () => {
      const answer = await ask(admin, "GET", "/health", undefined, 2_000);
      return answer.ok && answer.value.status === 200;
    },
  };
}

export function doors(home: Home, env: Readonly<Record<string, string | undefined>>): { ingress: Door; admin: Door } {
  const url = env.SLIPWAY_ENGINE_URL;
  if (url) {
    const token = env.SLIPWAY_ENGINE_TOKEN || null;
    const adminUrl = env.SLIPWAY_ENGINE_ADMIN_URL || url.replace(/:8080\b/, ":9070");
    return { ingress: { kind: "url", url, token }, admin: { kind: "url", url: adminUrl, token } };
  }
  const sockets = engineSockets(home);
  return { ingress: { kind: "socket", path: sockets.ingress }, admin: { kind: "socket", path: sockets.admin } };
}

function decode<T>(status: number, body: string): Outcome<T> {
  if (status >= 200 && status < 300) return ok(body === "" ? (null as T) : (JSON.parse(body) as T));
  if (status === 404 && body.includes("not found")) {
    return transient("worker-unregistered", "the engine knows no Slipway worker yet", "slipway up", body.slice(0, 300));
  }
  if (status >= 500 || status === 429)
    return transient("engine-error", `the engine answered ${status}`, "slipway doctor", body.slice(0, 300));
  return configuration("engine-refused", `the engine answered ${status}`, "slipway doctor", body.slice(0, 300));
}

/** A handler's own Outcome inside the engine's. */
function unwrap<T>(outcome: Outcome<Outcome<T>>): Outcome<T> {
  if (!outcome.ok) return outcome;
  return outcome.value ?? critical("engine-empty", "the engine answered nothing", "slipway doctor");
}
