import { configuration, type Outcome, transient } from "../../../base/outcome.ts";

type Failed = Extract<Outcome<never>, { readonly ok: false }>;

/** Which name, on which host, asked of whom. */
export interface Asked {
  readonly domain: string;
  readonly host: string;
  readonly directory: string;
}

const PROBLEM = /urn:ietf:params:acme:error:([A-Za-z]+)/;
const CHALLENGE: ReadonlySet<string> = new Set(["connection", "unauthorized", "tls", "incorrectResponse"]);
const UNREACHED =
  /dial tcp|connection refused|no such host|i\/o timeout|deadline exceeded|reset by peer|network is unreach|\bEOF\b|HTTP 5\d\d/;

/**
 * Why Caddy got no certificate, by the lines of its log about this name, oldest first. Null until it has given up for now:
 * when one kind of challenge fails it tries the other.
 */
export function issuanceFailure(asked: Asked, log: readonly string[]): Failed | null {
  const lines = log.map(parsed);
  if (!lines.some(({ msg }) => msg === "will retry")) return null;
  const reasons = lines.map(({ error = "", problem_type = "" }) =>
    error.includes(problem_type) ? error : `${problem_type}: ${error}`,
  );
  // A challenge's own line says more than the one that follows from it.
  const why = reasons.findLast((reason) => CHALLENGE.has(PROBLEM.exec(reason)?.[1] ?? "")) ?? reasons.at(-1) ?? "";
  return classified(asked, why);
}

function classified({ domain, host, directory }: Asked, why: string): Failed {
  const problem = PROBLEM.exec(why)?.[1] ?? "";
  if (problem === "rateLimited")
    return configuration(
      "ca-rate-limited",
      `${directory} issues no more certificates for ${domain} for now`,
      "wait as long as it says, then resume; to try things out name its staging directory: --acme-directory URL",
      why,
    );
  if (CHALLENGE.has(problem))
    return configuration(
      "challenge-failed",
      `the certificate's issuer asked at ${domain} and got no proof from ${host}`,
      "let ports 80 and 443 in from anywhere (the provider's firewall too), and resume",
      why,
    );
  if (problem === "dns")
    return configuration(
      "dns-absent",
      `the certificate's issuer finds no address of ${domain}`,
      "wait until the record is seen everywhere, and resume",
      why,
    );
  if (/x509: certificate signed by unknown authority|x509: certificate (is not valid|is valid for|relies on)/.test(why))
    return configuration(
      "ca-untrusted",
      `${host} does not trust the certificate of ${directory} itself`,
      "name its root's certificate: --acme-root FILE",
      why,
    );
  if (problem === "" && UNREACHED.test(why))
    return transient(
      "ca-unreachable",
      `${host} cannot reach ${directory}`,
      `open ${host}'s way to it, and resume`,
      why,
    );
  return configuration(
    "ca-refused",
    `${directory} refuses a certificate for ${domain}`,
    "put right what it says, and resume",
    why,
  );
}

interface Line {
  readonly msg?: string;
  readonly error?: string;
  readonly problem_type?: string;
}

function parsed(line: string): Line {
  try {
    return JSON.parse(line) as Line;
  } catch {
    return {};
  }
}

/** The certificate served at a name, as openssl verified it. */
export interface Served {
  /** Verify return code of X509_verify_cert; 0 is well. Null: none was served. */
  readonly code: number | null;
  readonly why: string;
  readonly until: string;
}

/** Reads `openssl s_client … -verify_hostname` and `openssl x509 -enddate`. */
export function servedIn(text: string): Served {
  const until = /^notAfter=(.+)$/m.exec(text)?.[1] ?? "";
  const [, code, why = ""] = /Verify return code: (\d+) \((.+)\)/.exec(text) ?? [];
  return { code: until === "" || code === undefined ? null : Number(code), why, until };
}

const EXPIRED = 10;
const NOT_ITS_NAME = 62;

/** What is wrong with a certificate that is served, null where nothing is. `cause`: why no better one came. */
export function servedFailure(
  { domain, host }: Asked,
  { code, why, until }: Served,
  cause: string | null,
): Failed | null {
  if (code === null || code === 0) return null;
  const because = cause ?? why;
  const log = `journalctl -u caddy on ${host} says why no other one came; put that right, and resume`;
  if (code === EXPIRED)
    return configuration("certificate-expired", `the certificate of ${domain} ended on ${until}`, log, because);
  if (code === NOT_ITS_NAME)
    return configuration(
      "certificate-wrong-name",
      `${host} serves ${domain} under a certificate for another name`,
      log,
      because,
    );
  return configuration(
    "certificate-untrusted",
    `the certificate of ${domain} leads to no root that ${host} knows`,
    "name a directory whose certificates browsers know, or its root: --acme-root FILE",
    because,
  );
}
