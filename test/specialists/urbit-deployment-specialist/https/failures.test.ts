import { describe, expect, test } from "vitest";
import {
  issuanceFailure,
  servedFailure,
  servedIn,
} from "../../../../src/specialists/urbit-deployment-specialist/https/failures.ts";

const ASKED = { domain: "b.example.org", host: "alder", directory: "https://ca.lab:14000/dir" };

/** As Caddy 2.6.2 logs it, for want of what `error` says. */
const gaveUp = (error: string) => [
  JSON.stringify({
    level: "error",
    logger: "tls.obtain",
    msg: "could not get certificate from issuer",
    identifier: "b.example.org",
    issuer: "ca.lab:14000-dir",
    error,
  }),
  JSON.stringify({
    level: "error",
    logger: "tls.obtain",
    msg: "will retry",
    error: `[b.example.org] Obtain: ${error}`,
    attempt: 1,
    retrying_in: 60,
  }),
];
const CHALLENGE = JSON.stringify({
  level: "error",
  logger: "http.acme_client",
  msg: "challenge failed",
  identifier: "b.example.org",
  challenge_type: "http-01",
  status_code: 400,
  problem_type: "urn:ietf:params:acme:error:connection",
  error: "10.77.0.11: Fetching http://b.example.org/.well-known/acme-challenge/x: Connection refused",
});

describe("what Caddy logs of a refusal", () => {
  test.each([
    [
      'registering account [] with server: provisioning client: performing request: Get "https://ca.lab:14999/dir": dial tcp 10.77.0.13:14999: connect: connection refused',
      "transient ca-unreachable",
    ],
    [
      'provisioning client: performing request: Get "https://ca.lab/dir": dial tcp: lookup ca.lab on 10.77.0.13:53: no such host',
      "transient ca-unreachable",
    ],
    [
      "HTTP 429 urn:ietf:params:acme:error:rateLimited - too many certificates already issued",
      "configuration ca-rate-limited",
    ],
    [
      'fetching new nonce from server: performing request: Head "https://ca.lab:14000/nonce-plz": x509: certificate signed by unknown authority (ca=https://ca.lab:14000/dir)',
      "configuration ca-untrusted",
    ],
    [
      "authorization failed: HTTP 403 urn:ietf:params:acme:error:unauthorized - Failed to connect to [fd00::99]:443 for the tls-alpn-01 challenge",
      "configuration challenge-failed",
    ],
    ["HTTP 400 urn:ietf:params:acme:error:dns - NXDOMAIN looking up A for b.example.org", "configuration dns-absent"],
    ["HTTP 403 urn:ietf:params:acme:error:caa - CAA record for b.example.org forbids", "configuration ca-refused"],
    ["HTTP 400 urn:ietf:params:acme:error:rejectedIdentifier - policy", "configuration ca-refused"],
  ])("%s", (error, wanted) => {
    const failed = issuanceFailure(ASKED, gaveUp(error));
    expect(`${failed?.failure.kind} ${failed?.failure.code}`).toBe(wanted);
    expect(failed?.failure.why).toContain(error);
    expect(failed?.failure.next).not.toBe("");
  });

  test("a challenge that failed is no refusal while the other kind may still succeed", () => {
    expect(issuanceFailure(ASKED, [])).toBeNull();
    expect(issuanceFailure(ASKED, [CHALLENGE])).toBeNull();
    expect(issuanceFailure(ASKED, [CHALLENGE, "Reloaded caddy.service"])).toBeNull();
  });

  test("what the challenge met is said, not what followed from it", () => {
    const failed = issuanceFailure(ASKED, [CHALLENGE, ...gaveUp("HTTP 400 urn:ietf:params:acme:error:malformed")]);
    expect(failed?.failure).toMatchObject({
      code: "challenge-failed",
      why: expect.stringContaining("Connection refused"),
    });
  });
});

describe("what openssl says of the certificate that is served", () => {
  const seen = (code: number, words: string) =>
    servedIn(
      `Verify return code: ${code} (${words})\nnotAfter=Nov 24 18:51:00 2026 GMT\nissuer=CN = Pebble\nserial=1F`,
    );

  test.each([
    [0, "ok", null],
    [10, "certificate has expired", "certificate-expired"],
    [62, "hostname mismatch", "certificate-wrong-name"],
    [20, "unable to get local issuer certificate", "certificate-untrusted"],
  ])("code %i: %s", (code, words, wanted) => {
    expect(servedFailure(ASKED, seen(code, words), null)?.failure.code ?? null).toBe(wanted);
  });

  test("says its end, and what kept another one from coming", () => {
    expect(servedFailure(ASKED, seen(10, "certificate has expired"), "dial tcp: refused")?.failure).toMatchObject({
      what: "the certificate of b.example.org ended on Nov 24 18:51:00 2026 GMT",
      why: "dial tcp: refused",
    });
  });

  test("without a certificate openssl finds nothing wrong, and neither is it well", () => {
    expect(servedIn("Verify return code: 0 (ok)")).toMatchObject({ code: null });
    expect(servedIn("")).toMatchObject({ code: null });
  });
});
