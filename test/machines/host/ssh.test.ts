import { mkdtempSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { controlDirectory } from "../../../src/machines/host/control-directory.ts";
import { controlName, isDestination, remoteCommand, sshArguments } from "../../../src/machines/host/ssh-command.ts";
import { rootFailure, sshFailure } from "../../../src/machines/host/ssh-failure.ts";

const CHANGED = `@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
Host key verification failed.`;

const FAILURES: readonly (readonly [stderr: string, code: string, kind: string])[] = [
  ["ssh: Could not resolve hostname nowhere.invalid: Name or service not known", "host-unreachable", "transient"],
  ["ssh: connect to host 10.77.0.9 port 22: Connection timed out", "host-unreachable", "transient"],
  ["ssh: connect to host 10.77.0.9 port 22: Connection refused", "host-unreachable", "transient"],
  ["ssh: connect to host 10.77.0.9 port 22: No route to host", "host-unreachable", "transient"],
  ["Connection timed out during banner exchange", "host-unreachable", "transient"],
  [CHANGED, "host-key-changed", "configuration"],
  [
    "No ED25519 host key is known for h and you have requested strict checking.\nHost key verification failed.",
    "host-key-unknown",
    "configuration",
  ],
  ["root@h: Permission denied (publickey,password).", "login-refused", "configuration"],
  ["/home/a/.ssh/config: line 3: Bad configuration option: foo", "ssh-config", "configuration"],
  ["client_loop: send disconnect: Broken pipe", "connection-lost", "transient"],
];

describe("what the SSH client says becomes a failure with a way out", () => {
  test.each(FAILURES)("%s", (stderr, code, kind) => {
    const failure = sshFailure("alpha", "root@h", stderr);
    expect([failure.code, failure.kind]).toEqual([code, kind]);
    expect(failure.next.length).toBeGreaterThan(10);
  });

  test("a changed key is forgotten under the name and port known_hosts uses", () => {
    expect(sshFailure("alpha", "ssh://root@h:2222", CHANGED).next).toContain('ssh-keygen -R "[h]:2222"');
  });

  test.each([
    ["sudo: a password is required", 1, "sudo-needs-password"],
    ["sh: 1: exec: sudo: not found", 127, "sudo-missing"],
    ["bob is not in the sudoers file.", 1, "sudo-refused"],
  ] as const)("root that cannot be had: %s", (stderr, exit, code) => {
    expect(rootFailure("alpha", "bob@h", exit, "", stderr)?.code).toBe(code);
  });

  test("a program that printed something did run, whatever it says about sudo", () => {
    expect(rootFailure("alpha", "bob@h", 1, "output", "sudo: a password is required")).toBeNull();
  });
});

describe("the client's arguments", () => {
  test("never loosen host keys, never ask a question", () => {
    const words = sshArguments({ config: null, controlPath: "/run/x" }).join(" ");
    expect(words).not.toMatch(/StrictHostKeyChecking|UserKnownHostsFile/);
    expect(words).toContain("BatchMode=yes");
  });

  test("a fresh connection shares nothing", () => {
    expect(sshArguments({ config: "/c", controlPath: null }).join(" ")).toMatch(
      /-F \/c .*ControlMaster=no -o ControlPath=none/,
    );
  });

  test.each(["-oProxyCommand=evil", "a b", "", "a\nb"])("%j is not a destination", (address) => {
    expect(isDestination(address)).toBe(false);
  });

  test("the program never stands in argv", () => {
    expect(remoteCommand(10, false, true)).toBe(
      "exec sh -c '[ -O / ] && exec sh; LC_ALL=C; export LC_ALL; exec sudo -n sh'",
    );
  });

  test("the socket of a master is short and tells hosts apart", () => {
    expect(controlName("root@a", null)).toHaveLength(16);
    expect(controlName("root@a", null)).not.toBe(controlName("root@a", "/other"));
  });
});

describe("the directory of the sockets", () => {
  test("is private", () => {
    const runtime = mkdtempSync(join(tmpdir(), "rt-"));
    expect(statSync(controlDirectory(runtime)).mode & 0o777).toBe(0o700);
  });

  test("is another one where the usual place is not a directory of ours", () => {
    const runtime = mkdtempSync(join(tmpdir(), "rt-"));
    symlinkSync("/tmp", join(runtime, "slipway-ssh"));
    expect(controlDirectory(runtime)).not.toContain(runtime);
  });
});
