import { createHash } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseVersion, pillUrl, vereArch, vereUrl } from "../../src/urbit/release.ts";
import { adoptFile, fetchFile, findCached } from "../../src/urbit/runtime-cache.ts";

const body = Buffer.from("a runtime".repeat(10_000));
const sha256 = createHash("sha256").update(body).digest("hex");
let directory: string;
let server: Server | null = null;
let asked = 0;

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), "slipway-cache-")), "runtime");
  asked = 0;
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

async function serve(listener: RequestListener): Promise<string> {
  const made = createServer((request, response) => {
    asked += 1;
    listener(request, response);
  });
  server = made;
  await new Promise<void>((done) => made.listen(0, "127.0.0.1", done));
  const address = made.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/file`;
}

describe("fetching", () => {
  test("a pinned file is fetched once and found by its digest from then on", async () => {
    const url = await serve((_, response) => response.end(body));
    expect(await fetchFile(directory, { url, sha256 })).toMatchObject({
      ok: true,
      value: { added: true, bytes: body.length },
    });
    expect(await fetchFile(directory, { url, sha256 })).toMatchObject({ ok: true, value: { added: false } });
    expect(asked).toBe(1);
    expect(readFileSync(join(directory, sha256)).equals(body)).toBe(true);
  });

  test.each<[string, RequestListener, string, string]>([
    ["other bytes", (_, response) => response.end("something else"), "wrong-hash", "critical"],
    ["no such file", (_, response) => response.writeHead(404).end(), "download-failed", "configuration"],
    ["a tired server", (_, response) => response.writeHead(503).end(), "download-failed", "transient"],
    ["too many requests", (_, response) => response.writeHead(429).end(), "download-failed", "transient"],
    [
      "a broken connection",
      (_, response) => response.writeHead(200, { "content-length": "99999999" }).write("x", () => response.destroy()),
      "download-failed",
      "transient",
    ],
    ["silence", () => undefined, "download-failed", "transient"],
    ["no end", (_, response) => response.end(Buffer.alloc(200_000)), "download-too-large", "critical"],
  ])("%s", async (_, listener, code, kind) => {
    const url = await serve(listener);
    const fetched = await fetchFile(directory, { url, sha256 }, { maxBytes: 150_000, idleMs: 200 });
    expect(fetched).toMatchObject({ ok: false, failure: { code, kind } });
    // Nothing half is left behind.
    expect(readdirSync(directory)).toEqual([]);
  });

  test("nobody there is transient", async () => {
    const url = await serve((_, response) => response.end());
    await new Promise((done) => server?.close(done));
    expect(await fetchFile(directory, { url, sha256 })).toMatchObject({
      ok: false,
      failure: { code: "download-failed", kind: "transient", why: "ECONNREFUSED" },
    });
  });

  test("a cached file that went bad is fetched again", async () => {
    const url = await serve((_, response) => response.end(body));
    await fetchFile(directory, { url, sha256 });
    chmodSync(join(directory, sha256), 0o600);
    writeFileSync(join(directory, sha256), "rot");
    expect(await fetchFile(directory, { url, sha256 })).toMatchObject({ ok: true, value: { added: true } });
    expect(asked).toBe(2);
  });
});

describe("a local file", () => {
  test("is taken in by the digest it has", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "slipway-file-")), "urbit");
    writeFileSync(path, body);
    expect(await adoptFile(directory, path, null)).toMatchObject({ ok: true, value: { sha256, added: true } });
    expect(await adoptFile(directory, path, sha256)).toMatchObject({ ok: true, value: { added: false } });
    expect(await adoptFile(directory, path, "0".repeat(64))).toMatchObject({
      ok: false,
      failure: { code: "wrong-hash" },
    });
    expect(await adoptFile(directory, `${path}.gone`, null)).toMatchObject({
      ok: false,
      failure: { code: "file-unreadable", why: "ENOENT" },
    });
    expect(await findCached(directory, "1".repeat(64))).toBeNull();
  });
});

describe("addresses", () => {
  test("of binaries and pills", () => {
    expect(vereUrl("4.5", "linux-x86_64")).toBe("https://bootstrap.urbit.org/vere/live/v4.5/vere-v4.5-linux-x86_64");
    expect(pillUrl("4.5", "https://mirror.example/urbit/")).toBe("https://mirror.example/urbit/urbit-v4.5.pill");
    expect(() => pillUrl("4.5", "http://mirror.example")).toThrow("must be https");
  });
  test.each([
    ["x86_64", "linux-x86_64"],
    ["aarch64", "linux-aarch64"],
    ["arm64", "linux-aarch64"],
  ])("%s", (machine, arch) => {
    expect(vereArch(machine)).toEqual({ ok: true, value: arch });
  });
  test.each(["riscv64", "", "toString"])("no vere for %j", (machine) => expect(vereArch(machine).ok).toBe(false));
  test.each([
    ["v4.5", "4.5"],
    ["4.10.1", "4.10.1"],
  ])("version %s", (text, version) => expect(parseVersion(text)).toEqual({ ok: true, value: version }));
  test.each(["", "latest", "4.5/../x", "4.5\n", "4"])("no version: %j", (text) =>
    expect(parseVersion(text).ok).toBe(false),
  );
});
