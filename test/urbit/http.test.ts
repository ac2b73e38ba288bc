import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type HttpReply,
  healthRequest,
  loggedInAs,
  loginRequest,
  nameRequest,
  parseHttp,
  sessionCookie,
} from "../../src/urbit/http.ts";

interface Recorded {
  readonly name: string;
  readonly response: { readonly status_line: string; readonly headers_raw: readonly string[]; readonly body: string };
}
const recorded: readonly Recorded[] = JSON.parse(readFileSync(new URL("recorded/http.json", import.meta.url), "utf8"));

function reply(name: string): HttpReply {
  const found = recorded.find((one) => one.name === name);
  if (found === undefined) throw new Error(name);
  const { status_line, headers_raw, body } = found.response;
  const bytes = Buffer.from(`${[status_line, ...headers_raw].join("\r\n")}\r\n\r\n${body}`);
  const parsed = parseHttp(bytes);
  if (parsed === null) throw new Error(`${name} unreadable`);
  return parsed;
}
const answer = (status: number, body = ""): HttpReply => ({ status, headers: [], body: Buffer.from(body) });

describe("replies of a real ship", () => {
  test.each([
    ["healthz-idle", 204],
    ["login-right", 200],
    ["login-wrong", 400],
    ["name-anon", 200],
    ["scry-anon", 403],
    ["scry-bad-cookie", 401],
    ["scry-cookie", 200],
  ])("%s is %i", (name, status) => expect(reply(name).status).toBe(status));

  test("a guest's session is no proof of a login, the ship's own is", () => {
    expect(loggedInAs("~zod", reply("name-cookie"), null)).toBe("~zod");
    expect(loggedInAs("~zod", reply("name-anon"), reply("scry-anon"))).not.toBe("~zod");
    expect(sessionCookie(reply("login-right"), "~zod")).toMatch(/^urbauth-~zod=0v6\./);
    expect(sessionCookie(reply("login-right"), "~bus")).toBeNull();
  });

  test("without /~/name, what only the ship may read decides", () => {
    expect(loggedInAs("~zod", answer(404), answer(200))).toBe("~zod");
    expect(loggedInAs("~zod", answer(404), answer(403))).toBeNull();
    expect(loggedInAs("~zod", null, answer(200))).toBeNull();
    expect(loggedInAs("~zod", answer(200, "<html>"), null)).toBeNull();
  });
});

describe("requests", () => {
  test("each asks the ship to close after it", () => {
    for (const bytes of [healthRequest(), loginRequest("a-b"), nameRequest("urbauth-~zod=0v1")]) {
      expect(Buffer.from(bytes).toString()).toContain("\r\nConnection: close\r\n");
    }
    expect(Buffer.from(loginRequest("abc")).toString()).toMatch(/Content-Length: 12\r\n\r\npassword=abc$/);
  });
});

describe("reading", () => {
  test.each([
    ["chunks", "HTTP/1.1 200 ok\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n~zod\r\n0\r\n\r\n", "~zod"],
    ["to the end", "HTTP/1.1 200 ok\r\n\r\n~zod", "~zod"],
    ["by length", "HTTP/1.0 200 ok\r\ncontent-length: 2\r\n\r\n~zod", "~z"],
  ])("%s", (_, text, body) => expect(Buffer.from(parseHttp(Buffer.from(text))?.body ?? "").toString()).toBe(body));
  test.each([
    "",
    "HTTP/1.1 200",
    "HTTP/1.1 200 ok\r\ncontent-length: 9\r\n\r\n~zod",
    "SSH-2.0\r\n\r\n",
    "HTTP/1.1 200 ok\r\ntransfer-encoding: chunked\r\n\r\nff\r\n~",
  ])("%j is no reply", (text) => expect(parseHttp(Buffer.from(text))).toBeNull());
  test("any bytes are answered, never thrown at", () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => parseHttp(bytes) === null));
    const head = (text: string) => Buffer.from(`HTTP/1.1 200 ok\r\n${text}\r\n\r\n`);
    fc.assert(fc.property(fc.string(), (text) => parseHttp(head(text))?.status !== 500));
  });
});
