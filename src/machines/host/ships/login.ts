import { configuration, fail, type Outcome, ok, transient } from "../../../base/outcome.ts";
import { CODE_HOON, codeOf, evaluate, peek } from "../../../urbit/conn.ts";
import {
  healthRequest,
  loggedInAs,
  loginRequest,
  logoutRequest,
  nameRequest,
  parseHttp,
  pikesRequest,
  sessionCookie,
} from "../../../urbit/http.ts";
import type { HttpProbe } from "../../ships.ts";
import type { Answer, Exchange } from "./exchange.ts";
import { freshId, replyOf, silence } from "./life.ts";

type Ask = (exchanges: readonly Exchange[]) => Promise<Outcome<readonly Answer[]>>;

/**
 * Health, and a login with the ship's own +code. The code comes over one pipe and goes back over another inside this
 * call; so does the session's token, and the session is ended before we return.
 */
export async function probeHttp(
  ship: string,
  host: string,
  pier: string,
  port: number,
  ask: Ask,
): Promise<Outcome<HttpProbe>> {
  const web = (bytes: Uint8Array): Exchange => ({ to: { tcp: port }, requests: [bytes] });
  const rid = freshId();
  const first = await ask([web(healthRequest()), { to: { unix: pier }, requests: [evaluate(rid, CODE_HOON)] }]);
  if (!first.ok) return first;
  const [health, asked] = first.value;
  const status = parsed(health)?.status;
  if (status === undefined) return noWeb(ship, host, port, health?.refused ?? "no HTTP reply");
  const silent = silence(ship, host, asked);
  if (silent !== null) return fail(silent);
  const reply = replyOf(asked, 0, rid);
  const found = reply.kind === "value" ? await codeOf(reply.noun) : null;
  const code = found ?? (await scriedCode(ship, pier, ask));
  if (code === null) {
    return configuration(
      "code-unreadable",
      `${ship} on ${host} did not give its login code.`,
      "In its dojo, see that +code answers; its vere or kernel may be newer than this slipway.",
      reply.kind === "failed" ? reply.why : undefined,
    );
  }
  const login = await ask([web(loginRequest(code))]);
  if (!login.ok) return login;
  const answer = parsed(login.value[0]);
  if (answer === null) return noWeb(ship, host, port, "no reply to the login");
  const cookie = sessionCookie(answer, ship);
  const accepted = answer.status === 200 || answer.status === 204;
  if (!accepted || cookie === null) return ok({ health: status, loggedInAs: null, loginStatus: answer.status });
  const proof = await ask([web(nameRequest(cookie)), web(pikesRequest(cookie)), web(logoutRequest(cookie))]);
  if (!proof.ok) return proof;
  const who = loggedInAs(ship, parsed(proof.value[0]), parsed(proof.value[1]));
  return ok({ health: status, loggedInAs: who, loginStatus: answer.status });
}

/** The code read out of the ship instead, where its kernel does not take our thread. */
async function scriedCode(ship: string, pier: string, ask: Ask): Promise<string | null> {
  const asked = await ask([{ to: { unix: pier }, requests: [peek(1n, "j", "code", ship)] }]);
  const reply = asked.ok ? replyOf(asked.value[0], 0, 1n) : null;
  return reply?.kind === "value" ? codeOf(reply.noun) : null;
}

function parsed(answer: Answer | undefined) {
  const bytes = answer?.replies[0]?.bytes;
  return bytes === undefined ? null : parseHttp(bytes);
}

function noWeb(ship: string, host: string, port: number, why: string) {
  return transient(
    "http-not-up",
    `${ship} on ${host} does not answer HTTP on port ${port}.`,
    `See its log: journalctl -u urbit-${ship.slice(1)} -n 20`,
    why,
  );
}
