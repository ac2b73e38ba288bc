import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { RunOptions } from "../../../src/machines/host/connection.ts";
import { runProcess } from "../../../src/machines/host/process.ts";
import { remoteCommand, wrapProgram } from "../../../src/machines/host/ssh-command.ts";
import { connect } from "../../../src/machines/host/transport.ts";

const local = connect({ name: "here", address: "local" });
const run = async (program: string, options: RunOptions = {}) => {
  const result = await local.run(program, { asRoot: false, ...options });
  if (!result.ok) throw new Error(result.failure.code);
  return result.value;
};

describe("a program on this machine", () => {
  test("answers with what it printed and how it ended", async () => {
    expect(await run("echo out; echo err >&2; exit 3")).toMatchObject({ stdout: "out\n", stderr: "err\n", exit: 3 });
  });

  test("does not find itself on its standard input", async () => {
    expect((await run("cat; echo after")).stdout).toBe("after\n");
  });

  test("finds exactly the given input, to the last byte", async () => {
    const bytes = new Uint8Array(100_000).map((_, index) => index % 256);
    const digest = createHash("sha256").update(bytes).digest("hex");
    expect((await run("sha256sum", { stdin: bytes })).stdout).toContain(digest);
  });

  test("does not run at all when it is cut", async () => {
    const whole = wrapProgram("echo one\necho two", false);
    const cut = whole.slice(0, whole.indexOf("two"));
    const line = remoteCommand(0, false, false);
    const result = await runProcess(["sh", "-c", line], { input: [cut], timeoutMs: 5_000, killGroup: true });
    expect(result.stdout).toBe("");
  });

  test("is ended, children included, when its time is over", async () => {
    const mark = join(mkdtempSync(join(tmpdir(), "late-")), "late");
    const result = await local.run(`(sleep 2; echo late > ${mark}) & wait`, { asRoot: false, timeoutMs: 300 });
    expect(result.ok ? null : result.failure.code).toBe("timed-out");
    await new Promise((resolve) => setTimeout(resolve, 2_300));
    expect(() => statSync(mark)).toThrow();
  });

  test("gives its lines as they come", async () => {
    const lines: string[] = [];
    await run("echo a; echo b", { onLine: (line) => lines.push(line) });
    expect(lines).toEqual(["a", "b"]);
  });

  test("cannot fill our memory", async () => {
    const result = await run("head -c 20000000 /dev/zero | tr '\\0' x");
    expect([result.stdout.length, result.truncated]).toEqual([8 * 1024 * 1024, true]);
  });
});

describe("an upload", () => {
  const folder = mkdtempSync(join(tmpdir(), "up-"));
  const source = join(folder, "source");
  const content = "bytes\n".repeat(1000);
  writeFileSync(source, content);
  const sha256 = createHash("sha256").update(content).digest("hex");
  const self = userInfo().username;
  const group = execFileSync("id", ["-gn"], { encoding: "utf8" }).trim();
  const target = { path: join(folder, "deep/target"), sha256, owner: self, group, mode: "0640" };
  const asMe = {
    ...local,
    run: (program: string, options: RunOptions = {}) => local.run(program, { ...options, asRoot: false }),
  };

  test("puts the file in place once, and finds it the second time", async () => {
    const { uploadFile } = await import("../../../src/machines/host/upload.ts");
    expect(await uploadFile(asMe, source, target)).toEqual({ ok: true, value: { sent: true } });
    expect(readFileSync(target.path, "utf8")).toBe(content);
    expect(statSync(target.path).mode & 0o777).toBe(0o640);
    expect(await uploadFile(asMe, source, target)).toEqual({ ok: true, value: { sent: false } });
  });

  test("of other bytes than promised is thrown away", async () => {
    const { uploadFile } = await import("../../../src/machines/host/upload.ts");
    const wrong = { ...target, path: join(folder, "wrong"), sha256: "0".repeat(64) };
    const sent = await uploadFile(asMe, source, wrong);
    expect(sent.ok ? null : sent.failure.code).toBe("upload-digest");
    expect(() => statSync(wrong.path)).toThrow();
  });
});
