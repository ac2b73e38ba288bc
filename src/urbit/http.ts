/** Raw HTTP/1.1 to a ship's web server over loopback: one request per connection, read to its end. */
export interface HttpReply {
  readonly status: number;
  /** Names in lower case, in order; a name may come twice. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

function request(method: string, path: string, headers: readonly string[], body = ""): Uint8Array {
  const head = [`${method} ${path} HTTP/1.1`, "Host: localhost", "Connection: close", ...headers];
  if (method === "POST") head.push(`Content-Length: ${Buffer.byteLength(body)}`);
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`);
}

/** Health as the king sees it: 204 idle, 429 while an event runs. Says nothing about Arvo. */
export function healthRequest(): Uint8Array {
  return request("GET", "/~_~/healthz", []);
}

/** `code` without its sig: with one, the ship answers 400. The bytes are a secret. */
export function loginRequest(code: string): Uint8Array {
  return request("POST", "/~/login", ["Content-Type: application/x-www-form-urlencoded"], `password=${code}`);
}

/** Who the session is. Answered 200 by zuse 408, 404 by zuse 417. The bytes hold the session's token. */
export function nameRequest(cookie: string): Uint8Array {
  return request("GET", "/~/name", [`Cookie: ${cookie}`]);
}

/** A scry only the ship itself may do: 200 with its own session, 403 for a guest. */
export function pikesRequest(cookie: string): Uint8Array {
  return request("GET", "/~/scry/hood/kiln/pikes.json", [`Cookie: ${cookie}`]);
}

/** Ends the session, which would otherwise live for 30 days. */
export function logoutRequest(cookie: string): Uint8Array {
  return request("POST", "/~/logout", [`Cookie: ${cookie}`, "Content-Type: application/x-www-form-urlencoded"]);
}

/** Null when the bytes are no whole HTTP reply. */
export function parseHttp(bytes: Uint8Array): HttpReply | null {
  const whole = Buffer.from(bytes);
  const end = whole.indexOf("\r\n\r\n");
  if (end < 0 || end > 64 * 1024) return null;
  const [first = "", ...lines] = whole.subarray(0, end).toString("latin1").split("\r\n");
  const status = /^HTTP\/1\.[01] (\d{3})( |$)/.exec(first)?.[1];
  if (status === undefined) return null;
  const headers = lines.flatMap((line): (readonly [string, string])[] => {
    const at = line.indexOf(":");
    return at < 1 ? [] : [[line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()]];
  });
  const rest = whole.subarray(end + 4);
  const chunked = headers.some(([name, value]) => name === "transfer-encoding" && /chunked/i.test(value));
  if (chunked) {
    const body = unchunk(rest);
    return body === null ? null : { status: Number(status), headers, body };
  }
  const length = headers.find(([name]) => name === "content-length")?.[1];
  if (length === undefined) return { status: Number(status), headers, body: rest };
  if (!/^\d{1,9}$/.test(length) || rest.length < Number(length)) return null;
  return { status: Number(status), headers, body: rest.subarray(0, Number(length)) };
}

function unchunk(bytes: Buffer): Uint8Array | null {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const line = bytes.indexOf("\r\n", at);
    if (line < 0) return null;
    const size = /^([0-9a-fA-F]{1,7})(;|$)/.exec(bytes.subarray(at, line).toString("latin1"))?.[1];
    if (size === undefined) return null;
    const length = Number.parseInt(size, 16);
    if (length === 0) return Buffer.concat(parts);
    if (line + 2 + length > bytes.length) return null;
    parts.push(bytes.subarray(line + 2, line + 2 + length));
    at = line + 2 + length + 2;
  }
}

/** The session cookie this ship set, as it goes back; null when it set none of its own. */
export function sessionCookie(reply: HttpReply, ship: string): string | null {
  for (const [name, value] of reply.headers) {
    const pair = value.split(";")[0] ?? "";
    if (name === "set-cookie" && pair.startsWith(`urbauth-${ship}=0v`) && /^[\x21-\x7e]+$/.test(pair)) return pair;
  }
  return null;
}

/**
 * Who is logged in. A 200 alone proves nothing: guests get sessions too. The session must name the ship; where there is
 * no `/~/name` (404), it must be allowed what only the ship is.
 */
export function loggedInAs(ship: string, name: HttpReply | null, pikes: HttpReply | null): string | null {
  if (name?.status === 200) {
    const text = Buffer.from(name.body).toString("latin1").trim();
    return /^~[a-z-]{3,60}$/.test(text) ? text : null;
  }
  return name?.status === 404 && pikes?.status === 200 ? ship : null;
}
