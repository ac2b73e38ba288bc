import { Agent, get, type RequestOptions } from "node:https";
import type { PeerCertificate, TLSSocket } from "node:tls";
import type { Sighting, WebAnswer } from "./machine.ts";

/** What a public address showed to this machine. */
export interface Visit {
  readonly url: string;
  /** Null where no TLS was spoken; `failed` says why. */
  readonly tls: Tls | null;
  readonly failed: string | null;
  /** Empty unless the certificate is trusted: nothing is asked of a stranger. */
  readonly answers: readonly WebAnswer[];
  readonly sighting: Sighting;
}

interface Tls {
  readonly trusted: boolean;
  /** What is wrong with the chain, in OpenSSL's words; "" where it is trusted. */
  readonly why: string;
  readonly protocol: string;
  readonly issuer: string;
  /** ISO 8601. */
  readonly validTo: string;
}

const TIMEOUT_MS = 15_000;

/**
 * Visits an HTTPS address: its chain is held against what this machine trusts, its name and its dates, then `path` is
 * asked for `times` over one connection, after one that is not counted.
 */
export async function visitWeb(url: string, path: string, times: number): Promise<Visit> {
  const address = new URL(path, url);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const first = await ask(address, { agent, rejectUnauthorized: false });
    if (!first.ok) return visit(url, address, null, first.why, []);
    const { tls } = first;
    if (tls === null || !tls.trusted) return visit(url, address, tls, null, []);
    const answers: WebAnswer[] = [];
    for (let round = 0; round < times; round += 1) {
      const began = performance.now();
      const next = await ask(address, { agent });
      if (!next.ok) return visit(url, address, tls, next.why, answers);
      answers.push({ status: next.status, ms: performance.now() - began });
    }
    return visit(url, address, tls, null, answers);
  } finally {
    agent.destroy();
  }
}

type Asked =
  | { readonly ok: true; readonly status: number; readonly tls: Tls | null }
  | { readonly ok: false; readonly why: string };

function ask(address: URL, options: RequestOptions): Promise<Asked> {
  return new Promise((resolve) => {
    const request = get(address, { ...options, timeout: TIMEOUT_MS }, (response) => {
      const tls = tlsOf(response.socket as TLSSocket);
      response.resume();
      response.on("end", () => resolve({ ok: true, status: response.statusCode ?? 0, tls }));
      response.on("error", (error) => resolve({ ok: false, why: error.message }));
    });
    request.on("timeout", () => request.destroy(new Error("no answer in time")));
    request.on("error", (error: Error) => resolve({ ok: false, why: error.message }));
  });
}

function tlsOf(socket: TLSSocket): Tls {
  const certificate = socket.getPeerCertificate() as Partial<PeerCertificate>;
  const { CN, O } = certificate.issuer ?? {};
  const until = Date.parse(certificate.valid_to ?? "");
  return {
    trusted: socket.authorized,
    why: socket.authorizationError?.toString() ?? "",
    protocol: socket.getProtocol() ?? "TLS",
    issuer: String(O ?? CN ?? "nobody named"),
    validTo: Number.isNaN(until) ? "" : new Date(until).toISOString(),
  };
}

function visit(
  url: string,
  address: URL,
  tls: Tls | null,
  failed: string | null,
  answers: readonly WebAnswer[],
): Visit {
  const raw = JSON.stringify({
    tls,
    failed,
    answers: answers.map(({ status, ms }) => [status, Math.round(ms * 100) / 100]),
  });
  const sighting = {
    at: new Date().toISOString(),
    host: address.host,
    command: `curl -sv ${address.href} # ${answers.length} times, milliseconds each`,
    exit: failed === null ? 0 : 1,
    raw,
  };
  return { url, tls, failed, answers, sighting };
}
