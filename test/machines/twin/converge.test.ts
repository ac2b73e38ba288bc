import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ConvergeRequest } from "../../../src/machines/machine.ts";
import type { Resource } from "../../../src/machines/resources.ts";
import { createTwinMachine } from "../../../src/machines/twin/machine.ts";
import { openWorld } from "../../../src/machines/twin/world.ts";
import { code, value } from "../contract.ts";

/** Few names, so that resources of one list meet: one path as file and directory, a directory within another. */
const path = fc.constantFrom(
  "/etc/motd",
  "/etc/ssh/sshd_config",
  "/etc/app",
  "/etc/app/conf.d",
  "/etc/app/conf.d/one",
  "/opt/app/bin/app",
  "/srv/data",
  "/srv/data/deep/er",
  "/var/lib/urbit",
);
const owner = fc.constantFrom("root", "urbit", "nobody-here");
const mode = fc.constantFrom("0644", "755", "0700");
const placed = { path, owner, group: owner, mode };
const text = fc.constantFrom("", "a\n", "a\nb\n", "no newline");

const shapes: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  fc.record({ kind: fc.constant("package"), name: fc.constantFrom("nftables", "curl", "systemd") }),
  fc.record({
    kind: fc.constant("user"),
    name: fc.constantFrom("urbit", "other"),
    home: fc.constantFrom("/var/lib/urbit", "/srv/data"),
    shell: fc.constantFrom("/bin/sh", "/usr/sbin/nologin"),
  }),
  fc.record({ kind: fc.constant("directory"), ...placed }),
  fc.record({ kind: fc.constant("file"), ...placed, content: text }),
  fc.record({
    kind: fc.constant("template"),
    ...placed,
    template: fc.constant("x={{x}}"),
    values: fc.record({ x: text }),
  }),
  fc.record({
    kind: fc.constant("unit"),
    name: fc.constantFrom("app.service", "ssh.service"),
    content: fc.constantFrom("", "[Service]\n", "[Timer]\n"),
    enabled: fc.boolean(),
    active: fc.constantFrom(true, false, null),
  }),
  fc.record({
    kind: fc.constant("sysctl"),
    key: fc.constantFrom("vm.swappiness", "net.core.rmem_max"),
    value: fc.constantFrom("0", "1", " 2  3"),
  }),
  fc.constant({ kind: "firewall", inbound: "deny" }),
  fc.record({
    kind: fc.constant("firewall-rule"),
    proto: fc.constantFrom("tcp", "udp"),
    port: fc.constantFrom(80, 34_540),
    from: fc.constantFrom(null, "10.0.0.0/8"),
    comment: fc.constantFrom("", "Ames"),
  }),
  fc.record({
    kind: fc.constant("line"),
    path,
    line: fc.constantFrom("a", "UsePAM no", "c"),
    match: fc.constantFrom(null, "^UsePAM", "^[[:alpha:]]$", "("),
  }),
  fc.record({
    kind: fc.constant("download"),
    ...placed,
    sha256: fc.constantFrom("a".repeat(64), "b".repeat(64)),
    url: fc.constant("https://example.org/file"),
    localFile: fc.constant(null),
  }),
);

const resources: fc.Arbitrary<readonly Resource[]> = fc
  .array(shapes, { maxLength: 12 })
  .map((list) => list.map((shape, index) => ({ id: `r${index}`, ...shape }) as unknown as Resource));

/**
 * Lists whose members do not want one thing in two ways: only such a list can hold as a whole. A later resource that
 * overrides an earlier one makes both change on every run, here as on a real host.
 */
function agreeing(list: readonly Resource[]): readonly Resource[] {
  const taken = new Set<string>();
  return list.filter((resource) => {
    const keys = claims(resource);
    if (keys.some((key) => taken.has(key))) return false;
    for (const key of keys) taken.add(key);
    return true;
  });
}

function claims(resource: Resource): readonly string[] {
  switch (resource.kind) {
    case "user":
      return [`user ${resource.name}`, resource.home];
    case "package":
    case "unit":
      return [`${resource.kind} ${resource.name}`];
    case "sysctl":
      return [resource.key];
    case "firewall":
      return ["firewall"];
    case "firewall-limit":
      return [`limit ${resource.port}`];
    case "firewall-rule":
      return [`${resource.proto} ${resource.port} ${resource.from}`];
    default:
      return [resource.path];
  }
}

function request(batch: string, list: readonly Resource[], dryRun = false): ConvergeRequest {
  return { batch, resources: list, dryRun, revertAfterSeconds: null };
}

describe("a batch on the twin", () => {
  test("changes nothing the second time, and a dry run before and after says just that", async () => {
    await fc.assert(
      fc.asyncProperty(resources.map(agreeing), async (list) => {
        const world = openWorld(":memory:");
        const machine = createTwinMachine(world, "alder");
        const first = value(await machine.converge(request("a", list)));
        const mutations = world.mutations().length;
        expect(mutations).toBe(first.changed);
        const again = value(await machine.converge(request("a", list)));
        // What failed first may find by now what it missed: everything else holds.
        const failed = new Set(first.records.filter((record) => record.status === "failed").map((record) => record.id));
        for (const record of again.records) if (!failed.has(record.id)) expect(record).toMatchObject({ status: "ok" });
        const third = value(await machine.converge(request("a", list)));
        expect(third.changed).toBe(0);
        const told = value(await machine.converge(request("a", list, true)));
        for (const record of told.records)
          if (third.records.find(({ id }) => id === record.id)?.status === "ok") expect(record.status).toBe("ok");
        world.close();
      }),
      { numRuns: 300 },
    );
  });

  test("undone, leaves the host as found, whatever it held and whatever failed", async () => {
    await fc.assert(
      fc.asyncProperty(resources, resources, resources, async (found, one, two) => {
        const world = openWorld(":memory:");
        const machine = createTwinMachine(world, "alder");
        value(await machine.converge(request("found", found)));
        const before = value(await machine.fingerprint());
        value(await machine.converge(request("mine", one)));
        value(await machine.converge(request("mine", two)));
        expect(value(await machine.undo("mine"))).toMatchObject({ failed: 0 });
        expect(value(await machine.fingerprint())).toEqual(before);
        world.close();
      }),
      { numRuns: 300 },
    );
  });

  test("two batches undone in reverse order leave the host as found", async () => {
    await fc.assert(
      fc.asyncProperty(resources, resources, async (one, two) => {
        const world = openWorld(":memory:");
        const machine = createTwinMachine(world, "alder");
        const before = value(await machine.fingerprint());
        value(await machine.converge(request("one", one)));
        value(await machine.converge(request("two", two)));
        value(await machine.undo("two"));
        value(await machine.undo("one"));
        expect(value(await machine.fingerprint())).toEqual(before);
        world.close();
      }),
      { numRuns: 200 },
    );
  });

  test("leaves a directory that somebody else put something into, says so, and takes it when it is empty", async () => {
    const world = openWorld(":memory:");
    const machine = createTwinMachine(world, "alder");
    const directory: Resource = {
      kind: "directory",
      id: "d",
      path: "/srv/d",
      owner: "root",
      group: "root",
      mode: "0755",
    };
    const theirs: Resource = {
      kind: "file",
      id: "f",
      path: "/srv/d/f",
      owner: "root",
      group: "root",
      mode: "0644",
      content: "",
    };
    const before = value(await machine.fingerprint());
    value(await machine.converge(request("mine", [directory])));
    value(await machine.converge(request("theirs", [theirs])));
    const stuck = value(await machine.undo("mine"));
    expect(stuck).toMatchObject({ changed: 0, failed: 1 });
    expect(stuck.records[0]?.why).toContain("/srv/d");
    value(await machine.undo("theirs"));
    expect(value(await machine.undo("mine"))).toMatchObject({ changed: 1, failed: 0 });
    expect(value(await machine.fingerprint())).toEqual(before);
    world.close();
  });

  test("takes only its own line out of a file that was edited since", async () => {
    const world = openWorld(":memory:");
    const machine = createTwinMachine(world, "alder");
    const line = (id: string, text: string, match: string | null): Resource => ({
      kind: "line",
      id,
      path: "/etc/hosts",
      line: text,
      match,
    });
    value(await machine.converge(request("theirs-first", [line("a", "10.0.0.1 theirs", null)])));
    const wished = value(await machine.fingerprint()).etc;
    value(await machine.undo("theirs-first"));
    value(await machine.converge(request("mine", [line("b", "10.0.0.2 mine", null)])));
    value(await machine.converge(request("theirs", [line("a", "10.0.0.1 theirs", null)])));
    value(await machine.undo("mine"));
    expect(value(await machine.fingerprint()).etc).toBe(wished);
    world.close();
  });

  test.each([
    ["disk-full", ["failed", "failed"], "No space left"],
    ["wrong-hash", ["changed", "failed"], "other bytes"],
  ] as const)("with the fault %s some resources fail, once", async (fault, expected, why) => {
    const world = openWorld(":memory:");
    const machine = createTwinMachine(world, "alder");
    const at = { owner: "root", group: "root", mode: "0644" };
    const list: readonly Resource[] = [
      { kind: "file", id: "f", path: "/srv/f", ...at, content: "" },
      { kind: "download", id: "d", path: "/srv/d", ...at, sha256: "a".repeat(64), url: null, localFile: "file" },
    ];
    world.setFaults([{ operation: "converge", host: "alder", fault }]);
    const hit = value(await machine.converge(request("a", list)));
    expect(hit.records.map((record) => record.status)).toEqual(expected);
    expect(hit.records.at(-1)?.why).toContain(why);
    expect(value(await machine.converge(request("a", list))).failed).toBe(0);
    world.close();
  });

  test("that locks us out is taken back by the host when it was armed, but not what was confirmed before", async () => {
    const world = openWorld(":memory:");
    const machine = createTwinMachine(world, "alder");
    const file = (content: string): Resource => ({
      kind: "file",
      id: "f",
      path: "/etc/f",
      owner: "root",
      group: "root",
      mode: "0644",
      content,
    });
    const armed = (content: string) => ({ ...request("a", [file(content)]), revertAfterSeconds: 60 });
    value(await machine.converge(armed("one")));
    const confirmed = value(await machine.fingerprint());
    world.setFaults([{ operation: "converge", fault: "lock-out" }]);
    expect(code(await machine.converge(armed("two")))).toBe("configuration locked-out");
    expect(value(await machine.fingerprint())).toEqual(confirmed);
    world.setFaults([{ operation: "converge", fault: "lock-out" }]);
    expect((await machine.converge(request("a", [file("three")]))).ok).toBe(false);
    expect(code(await machine.facts())).toBe("transient host-unreachable");
    world.close();
  });
});
