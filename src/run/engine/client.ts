import { randomUUID } from "node:crypto";
import { configuration, type Outcome, ok, transient } from "../../base/outcome.ts";
import type { Holder, Lease, LeaseAnswer } from "../../urbit/lease.ts";
import type { Command, StartRequest } from "../commands.ts";
import type { Home } from "../home.ts";
import type { RunState } from "../state.ts";
import { engineSockets } from "./config.ts";
import { ask, type Door } from "./http.ts";
import { LEASE, RUN } from "./names.ts";

/** The engine as the rest of Slipway sees it. */
export interface Engine {
  readonly ingress: Door;
  readonly admin: Door;
  start(request: StartRequest): Promise<Outcome<RunState>>;
  command(run: string, order: Command & { readonly at: string }): Promise<Outcome<RunState>>;
  status(run: string, timeoutMs?: number): Promise<Outcome<RunState | null>>;
  lease(ship: string): Promise<Outcome<Lease>>;
  acquire(ship: string, wish: Omit<Holder, "since">): Promise<Outcome<LeaseAnswer>>;
  release(ship: string, token: number, because: string): Promise<Outcome<LeaseAnswer>>;
  observe(ship: string, machineId: string, pierId: string, event: number | null): Promise<Outcome<Lease>>;
  /** What keeps a run's handlers from going on (a full disk under the evidence, say); null when nothing does. */
  blocked(run: string): Promise<Outcome<string | null>>;
  healthy(): Promise<boolean>;
}

/** An order is sent again when the engine went away over it; its key makes sure that it is carried out once. */
const SENT = 4;
const PAUSE_MS = 500;

/** The site's engine: a cluster when `SLIPWAY_ENGINE_URL` is set, else the one under the state directory. */
export function engineClient(home: Home, env: Readonly<Record<string, string | undefined>> = process.env): Engine {
  const { ingress, admin } = doors(home, env);
  const call = async <T>(path: string, body?: unknown, timeoutMs?: number): Promise<Outcome<T>> => {
    const answer = await ask(ingress, { method: "POST", path, body, timeoutMs });
    return answer.ok ? decode<T>(answer.value.status, answer.value.body) : answer;
  };
  const once = async <T>(path: string, body: unknown): Promise<Outcome<T>> => {
    const headers = { "idempotency-key": randomUUID() };
    for (let sent = 1; ; sent++) {
      const answer = await ask(ingress, { method: "POST", path, body, headers });
      if (answer.ok) return decode<T>(answer.value.status, answer.value.body);
      if (sent === SENT || answer.failure.code === "engine-silent") return answer;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * sent));
    }
  };
  const now = () => new Date().toISOString();
  const key = encodeURIComponent;
  return {
    ingress,
    admin,
    start: async (request) => flat(await call<Outcome<RunState>>(`/${RUN}/${key(request.run)}/start`, request)),
    command: async (run, order) => flat(await once<Outcome<RunState>>(`/${RUN}/${key(run)}/command`, order)),
    status: (run, timeoutMs) => call<RunState | null>(`/${RUN}/${key(run)}/status`, undefined, timeoutMs),
    lease: (ship) => call<Lease>(`/${LEASE}/${key(ship)}/show`),
    acquire: (ship, wish) => call<LeaseAnswer>(`/${LEASE}/${key(ship)}/acquire`, { wish, at: now() }),
    release: (ship, token, because) =>
      call<LeaseAnswer>(`/${LEASE}/${key(ship)}/release`, { token, because, at: now() }),
    observe: (ship, machineId, pierId, event) =>
      call<Lease>(`/${LEASE}/${key(ship)}/observe`, { machineId, pierId, event }),
    blocked: async (run) => {
      const answer = await ask(admin, { method: "POST", path: "/query", body: { query: heldUpQuery(run) } });
      if (!answer.ok) return answer;
      try {
        const rows = (JSON.parse(answer.value.body) as { rows?: { last_failure?: string }[] }).rows ?? [];
        return ok(rows[0]?.last_failure ?? null);
      } catch {
        return ok(null);
      }
    },
    healthy: async () => {
      const answer = await ask(admin, { method: "GET", path: "/health", timeoutMs: 2_000 });
      return answer.ok && answer.value.status === 200;
    },
  };
}

/** The run's own handlers, and those that work or report for it. */
function heldUpQuery(run: string): string {
  const name = run.replaceAll("'", "''");
  const ours = `(target_service_name = '${RUN}' AND target_service_key = '${name}') OR invoked_by_target LIKE '${RUN}/${name}/%'`;
  return `SELECT last_failure FROM sys_invocation WHERE (${ours}) AND status IN ('backing-off', 'paused') AND last_failure IS NOT NULL LIMIT 1`;
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
function flat<T>(outcome: Outcome<Outcome<T>>): Outcome<T> {
  return outcome.ok ? outcome.value : outcome;
}
