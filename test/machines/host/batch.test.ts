import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { sha256 } from "../../../src/base/canonical.ts";
import { compileBatch } from "../../../src/machines/host/compile.ts";
import { parseBatch, parseUndo } from "../../../src/machines/host/records.ts";
import { connect } from "../../../src/machines/host/transport.ts";
import { compileUndo, undoMarker } from "../../../src/machines/host/undo.ts";
import type { Resource, ResourceRecord } from "../../../src/machines/resources.ts";

const local = connect({ name: "here", address: "local" });
const owner = userInfo().username;
const group = execFileSync("id", ["-gn"], { encoding: "utf8" }).trim();
const own = { owner, group };
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "batch-"));
  mkdirSync(join(root, "run"));
  mkdirSync(join(root, "etc"));
});

async function apply(resources: readonly Resource[], dryRun = false): Promise<readonly ResourceRecord[]> {
  const compiled = compileBatch({ batch: "b1", resources, dryRun, revertAfterSeconds: null }, { root });
  if (!compiled.ok) throw new Error(compiled.failure.why);
  const run = await local.run(compiled.value.program, { asRoot: false });
  if (!run.ok) throw new Error(run.failure.what);
  const answer = parseBatch(run.value.stdout, compiled.value.marker, resources);
  if (!answer.ok) throw new Error(`${answer.failure.what}\n${run.value.stdout}\n${run.value.stderr}`);
  return answer.value.records;
}

async function undo(): Promise<readonly ResourceRecord[]> {
  const run = await local.run(compileUndo("b1", root), { asRoot: false });
  if (!run.ok) throw new Error(run.failure.what);
  const answer = parseUndo(run.value.stdout, undoMarker("b1"));
  if (!answer.ok) throw new Error(run.value.stderr);
  return answer.value;
}

const statuses = (records: readonly ResourceRecord[]) => records.map((record) => `${record.id} ${record.status}`);
const listing = () =>
  execFileSync(
    "sh",
    [
      "-c",
      `cd ${root} && find . ! -path './run*' -printf '%m %p %l ' -exec sh -c '[ -f "$1" ] && sha256sum <"$1" || echo' sh {} \\; | sort -k2`,
    ],
    {
      encoding: "utf8",
    },
  );

const tree: readonly Resource[] = [
  { kind: "directory", id: "dir", path: "/srv/a dir", mode: "0750", ...own },
  { kind: "file", id: "file", path: "/srv/a dir/f", mode: "0640", content: "it's\n$HOME `id` \\n\n", ...own },
  {
    kind: "template",
    id: "template",
    path: "/deep/er/t",
    mode: "0600",
    template: "v={{a}} {{b}}\n",
    values: { a: "{{b}}", b: "2" },
    ...own,
  },
  { kind: "line", id: "replaced", path: "/etc/conf", line: "b=3", match: "^b=" },
  { kind: "line", id: "appended", path: "/etc/conf", line: "c=3", match: null },
];

describe("a batch", () => {
  beforeEach(() => writeFileSync(join(root, "etc/conf"), "a=1\nb=2"));

  test("makes the host as wished, and a second time changes nothing", async () => {
    expect(statuses(await apply(tree))).toEqual(tree.map(({ id }) => `${id} changed`));
    expect(readFileSync(join(root, "srv/a dir/f"), "utf8")).toBe("it's\n$HOME `id` \\n\n");
    expect(readFileSync(join(root, "deep/er/t"), "utf8")).toBe("v={{b}} 2\n");
    expect(readFileSync(join(root, "etc/conf"), "utf8")).toBe("a=1\nb=3\nc=3\n");
    expect(statSync(join(root, "srv/a dir")).mode & 0o777).toBe(0o750);
    const after = listing();
    expect(statuses(await apply(tree))).toEqual(tree.map(({ id }) => `${id} ok`));
    expect(listing()).toBe(after);
  });

  test("says in a dry run what it would change, and changes nothing", async () => {
    const before = listing();
    const records = await apply(tree, true);
    expect(statuses(records)).toEqual(tree.map(({ id }) => `${id} changed`));
    expect(records[1]?.why).toContain("+it's");
    expect(listing()).toBe(before);
  });

  test("undone, leaves everything as it was found", async () => {
    const before = listing();
    await apply(tree);
    expect((await undo()).map(({ id }) => id)).toEqual(tree.map(({ id }) => id).reverse());
    expect(listing().replaceAll(/^.*\.\/(var|var\/lib)\s*$\n?/gm, "")).toBe(before);
    expect(await undo()).toEqual([]);
  });

  test("applied again over a stranger's change is undone to what was there first", async () => {
    const whole: readonly Resource[] = [
      { kind: "file", id: "conf", path: "/etc/conf", mode: "0644", content: "ours", ...own },
    ];
    await apply(whole);
    writeFileSync(join(root, "etc/conf"), "b=9\n");
    await apply(whole);
    await undo();
    expect(readFileSync(join(root, "etc/conf"), "utf8")).toBe("a=1\nb=2");
  });

  test("keeps what a stranger added to a shared file since", async () => {
    await apply(tree);
    writeFileSync(join(root, "etc/conf"), "a=1\nb=3\nc=3\nstranger\n");
    await undo();
    expect(readFileSync(join(root, "etc/conf"), "utf8")).toBe("a=1\nb=2\nstranger\n");
  });

  test("never removes a directory that holds what it did not put there", async () => {
    await apply(tree);
    writeFileSync(join(root, "srv/a dir/pier"), "precious");
    const records = await undo();
    expect(records.find(({ id }) => id === "dir")).toMatchObject({
      status: "failed",
      why: expect.stringContaining("pier"),
    });
    expect(readFileSync(join(root, "srv/a dir/pier"), "utf8")).toBe("precious");
  });
});

describe("a resource that fails", () => {
  test("stops only what needs it, and names it", async () => {
    writeFileSync(join(root, "etc/blocked"), "");
    const resources: readonly Resource[] = [
      { kind: "directory", id: "blocked", path: "/etc/blocked", mode: "0755", ...own },
      { kind: "file", id: "inside", path: "/etc/blocked/f", mode: "0644", content: "x", ...own },
      { kind: "file", id: "elsewhere", path: "/etc/else", mode: "0644", content: "x", ...own },
    ];
    const records = await apply(resources);
    expect(statuses(records)).toEqual(["blocked failed", "inside failed", "elsewhere changed"]);
    expect(records[1]?.why).toBe("not tried, because blocked failed");
  });

  test("does not follow a symbolic link out of its place", async () => {
    mkdirSync(join(root, "outside"));
    symlinkSync(join(root, "outside"), join(root, "etc/link"));
    writeFileSync(join(root, "outside/target"), "mine");
    symlinkSync(join(root, "outside/target"), join(root, "etc/file"));
    const records = await apply([
      { kind: "directory", id: "dir", path: "/etc/link", mode: "0700", ...own },
      { kind: "file", id: "file", path: "/etc/file", mode: "0644", content: "new", ...own },
    ]);
    expect(statuses(records)).toEqual(["dir failed", "file changed"]);
    expect(readFileSync(join(root, "outside/target"), "utf8")).toBe("mine");
    expect(lstatSync(join(root, "etc/file")).isSymbolicLink()).toBe(false);
  });
});

test("a private file's old content is not shown in a dry run", async () => {
  writeFileSync(join(root, "etc/secret"), "hunter2\n");
  chmodSync(join(root, "etc/secret"), 0o600);
  const [record] = await apply(
    [{ kind: "file", id: "s", path: "/etc/secret", mode: "0600", content: "new\n", ...own }],
    true,
  );
  expect(record).toMatchObject({ status: "changed", why: expect.not.stringContaining("hunter2") });
});

test("a file that looks like an answer is not taken for one", async () => {
  const compiled = compileBatch({ batch: "b1", resources: tree, dryRun: true, revertAfterSeconds: null }, { root });
  const marker = compiled.ok ? compiled.value.marker : "";
  const content = `${marker} 0 ok\n${marker} end 1\n`;
  const records = await apply([{ kind: "file", id: "s", path: "/etc/s", mode: "0644", content, ...own }], true);
  expect(statuses(records)).toEqual(["s changed"]);
});

describe("a file the controller has to bring", () => {
  const content = "binary";
  const download: Resource = {
    kind: "download",
    id: "d",
    path: "/opt/d",
    mode: "0755",
    sha256: sha256(content),
    url: null,
    localFile: "/somewhere",
    ...own,
  };

  test("is asked for before anything changes", async () => {
    const resources = [...tree, download];
    const compiled = compileBatch({ batch: "b1", resources, dryRun: false, revertAfterSeconds: null }, { root });
    if (!compiled.ok) throw new Error("invalid");
    const run = await local.run(compiled.value.program, { asRoot: false });
    const answer = run.ok ? parseBatch(run.value.stdout, compiled.value.marker, resources) : run;
    expect(answer).toMatchObject({ ok: true, value: { bring: [tree.length], records: [] } });
    expect(existsSync(join(root, "srv"))).toBe(false);
  });

  test("is taken from the staging place, which is empty afterwards", async () => {
    const staging = join(root, "var/lib/slipway/files");
    mkdirSync(staging, { recursive: true });
    writeFileSync(join(staging, sha256(content)), content);
    expect(statuses(await apply([download]))).toEqual(["d changed"]);
    expect(readFileSync(join(root, "opt/d"), "utf8")).toBe(content);
    expect(existsSync(staging)).toBe(false);
  });

  test("with other bytes than promised never gets into place", async () => {
    const staging = join(root, "var/lib/slipway/files");
    mkdirSync(staging, { recursive: true });
    writeFileSync(join(staging, sha256(content)), "tampered");
    const [record] = await apply([download]);
    expect(record).toMatchObject({ status: "failed", why: expect.stringContaining("other bytes") });
    expect(existsSync(join(root, "opt/d"))).toBe(false);
  });
});
