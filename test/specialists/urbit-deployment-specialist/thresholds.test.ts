import { describe, expect, test } from "vitest";
import type { Facts } from "../../../src/machines/machine.ts";
import { assess, type Finding, type Load } from "../../../src/specialists/urbit-deployment-specialist/thresholds.ts";

const GIB = 1024 ** 3;

/** A small host with nothing wrong. */
const GOOD: Facts = {
  machineId: "0".repeat(32),
  hostname: "alder",
  os: "debian",
  osVersion: "12",
  arch: "x86_64",
  kernel: "6.1.0",
  virtualization: "kvm",
  init: "systemd",
  ramBytes: 4 * GIB,
  swapBytes: 0,
  diskFreeBytes: 40 * GIB,
  inodesFree: 1_000_000,
  rotational: false,
  clockSkewSeconds: 0.2,
  timeSync: "timesyncd",
  ports: ["tcp 22"],
  sshPorts: [22],
  firewall: "none",
  packageManager: "apt",
  ships: [],
};
const live: Load = { name: "~sampel-palnet", fake: false, amesPort: 34_540, httpPort: 8_080 };
const fake: Load = { ...live, name: "~zod", fake: true };

const of = (findings: readonly Finding[], verdict: Finding["verdict"]) =>
  findings.filter((finding) => finding.verdict === verdict);

test("a host with nothing wrong passes for a live ship", () => {
  expect(assess(GOOD, [live]).filter(({ verdict }) => verdict !== "pass")).toEqual([]);
});

describe("a host is refused, for one reason that it can read,", () => {
  test.each<[string, Partial<Facts>, readonly Load[], string, RegExp]>([
    ["when its system is another", { os: "alpine", osVersion: "3.20" }, [live], "unsupported-os", /^alpine 3.20$/],
    ["when its system is too old", { osVersion: "10" }, [live], "unsupported-os", /^debian 10$/],
    ["when its Ubuntu is too old", { os: "ubuntu", osVersion: "18.04" }, [live], "unsupported-os", /18.04/],
    ["when its system has no version", { osVersion: "" }, [live], "unsupported-os", /debian/],
    ["when vere is not built for it", { arch: "riscv64" }, [live], "unsupported-arch", /^riscv64$/],
    ["when something else is its init", { init: "runit" }, [live], "no-systemd", /^runit$/],
    ["when it has no init, as a bare container", { init: "sh" }, [fake], "no-systemd", /^sh$/],
    [
      "when a live ship's loom does not fit",
      { ramBytes: 1.9 * GIB },
      [live],
      "ram-too-small",
      /1.9 GiB, at least 2.0 GiB/,
    ],
    [
      "when nine looms do not fit",
      { ramBytes: 8 * GIB, diskFreeBytes: 400 * GIB },
      named(9),
      "ram-too-small",
      /at least 9.0/,
    ],
    ["when a pier does not fit", { diskFreeBytes: 9 * GIB }, [live], "disk-too-small", /9.0 GiB, at least 10.0 GiB/],
    ["when a fake pier does not fit", { diskFreeBytes: GIB / 2 }, [fake], "disk-too-small", /0.5 GiB, at least 1.0/],
    ["when it is full of small files", { inodesFree: 9_999 }, [live], "inodes-too-few", /9999 free/],
    ["when its clock is hours ahead", { clockSkewSeconds: 7_200 }, [live], "clock-off", /^7200.0 s off this machine/],
    [
      "when its clock is hours behind",
      { clockSkewSeconds: -7_200 },
      [live],
      "clock-off",
      /^-7200.0 s off this machine/,
    ],
    ["when its Ames port is taken", { ports: ["tcp 22", "udp 34540"] }, [live], "port-taken", /^udp 34540 taken/],
    ["when its web port is taken", { ports: ["tcp 8080"] }, [live], "port-taken", /^tcp 8080 taken/],
  ])("%s", (_, facts, ships, code, detail) => {
    const failed = of(assess({ ...GOOD, ...facts }, ships), "fail");
    expect(failed).toMatchObject([{ code, detail: expect.stringMatching(detail), next: expect.stringMatching(/\w+/) }]);
  });
});

describe("a host is warned about", () => {
  test.each<[string, Partial<Facts>]>([
    ["when there is little room to grow", { diskFreeBytes: 12 * GIB }],
    ["when memory is tight", { ramBytes: 2 * GIB }],
    ["when its clock is off by seconds", { clockSkewSeconds: 9 }],
    ["when nothing keeps its clock", { timeSync: "none" }],
  ])("%s", (_, facts) => {
    const findings = assess({ ...GOOD, ...facts }, [live]);
    expect(of(findings, "fail")).toEqual([]);
    expect(of(findings, "warn").length).toBe(1);
  });
});

test("ships that lie on the host already have their disk and their ports", () => {
  const facts = { ...GOOD, ships: [live.name], ports: ["udp 34540", "tcp 8080"], diskFreeBytes: GIB };
  expect(of(assess(facts, [live]), "fail")).toEqual([]);
  expect(of(assess(facts, [live, { ...fake, amesPort: 34_541, httpPort: 8_081 }]), "fail")).toEqual([]);
  expect(of(assess(facts, [live, { ...live, name: "~marzod" }]), "fail").map(({ code }) => code)).toEqual([
    "disk-too-small",
    "port-taken",
  ]);
});

test("swap counts as memory", () => {
  expect(of(assess({ ...GOOD, ramBytes: GIB, swapBytes: 3 * GIB }, [live]), "fail")).toEqual([]);
});

function named(count: number): readonly Load[] {
  return Array.from({ length: count }, (_, index) => ({
    ...live,
    name: `~ship-${index}`,
    amesPort: 1,
    httpPort: index,
  }));
}
