import { spawnSync } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LAYOUT, pillFile, shipPaths, vereFile } from "../../src/urbit/layout.ts";
import { renderUnit } from "../../src/urbit/unit.ts";

const unit = {
  vere: "/opt/slipway/vere/4.5-0123456789ab/urbit",
  pier: "/var/lib/urbit/sampel-palnet",
  name: "~sampel-palnet",
  fake: false,
  amesPort: 34540,
  httpPort: 8080,
  loom: 31,
  guard: "/opt/slipway/lib/fence",
};
const lines = (text: string) => text.split("\n");

describe("the unit of a ship", () => {
  test.each([
    "User=urbit",
    "KillMode=mixed",
    "TimeoutStopSec=600",
    "LimitNOFILE=524288",
    "Restart=on-failure",
    "WantedBy=multi-user.target",
    "ExecCondition=+/bin/sh /opt/slipway/lib/fence check sampel-palnet",
    "ExecStopPost=+/bin/sh /opt/slipway/lib/fence ended sampel-palnet",
    "ExecStart=/opt/slipway/vere/4.5-0123456789ab/urbit -t -b 127.0.0.1 -p 34540 --http-port 8080 --loom 31 /var/lib/urbit/sampel-palnet",
  ])("has %s", (line) => expect(lines(renderUnit(unit))).toContain(line));

  test("only a port below 1024 brings the capability to bind it", () => {
    expect(renderUnit(unit)).not.toContain("CAP_NET_BIND_SERVICE");
    expect(renderUnit({ ...unit, httpPort: 80 })).toContain("AmbientCapabilities=CAP_NET_BIND_SERVICE");
  });

  test.each(["/x y", "/x%n", "/x$HOME", "/x;", '/x"', "/x\nExecStart=/bin/sh"])(
    "a path such as %j cannot enter it",
    (pier) => {
      expect(() => renderUnit({ ...unit, pier })).toThrow("cannot stand in a unit");
    },
  );

  test.skipIf(spawnSync("systemd-analyze", ["--version"]).status !== 0)(
    "systemd-analyze has nothing to say about it",
    async () => {
      const path = join(await mkdtemp(join(tmpdir(), "slipway-unit-")), "urbit-test.service");
      await writeFile(path, renderUnit({ ...unit, vere: "/bin/true", pier: "/tmp" }));
      const verified = spawnSync("systemd-analyze", ["verify", path], { encoding: "utf8" });
      const said = lines(verified.stderr).filter((line) => line.includes("urbit-test"));
      // The guard and the user exist on a host, not here.
      expect(said.filter((line) => !/not executable|fence|User/.test(line))).toEqual([]);
    },
  );
});

describe("where things lie", () => {
  test("a ship's paths follow from its name, under a root of a test's own", () => {
    expect(shipPaths("~zod")).toMatchObject({ bare: "zod", pier: "/var/lib/urbit/zod", unit: "urbit-zod.service" });
    expect(shipPaths("~zod", "/t").fence).toBe("/t/var/lib/slipway/fence/zod");
  });
  test.each(["", "~", "../etc", "~zod/..", "~zod; id", "~zod\n", "~ZOD", "$(id)"])("%j is refused", (name) => {
    expect(() => shipPaths(name)).toThrow("is not a ship's name");
  });
  test("runtime files are named by digest", () => {
    expect(vereFile("4.5", "ab".repeat(32))).toBe("/opt/slipway/vere/4.5-abababababab/urbit");
    expect(pillFile("cd".repeat(32))).toBe("/opt/slipway/pills/cdcdcdcdcdcd.pill");
  });
  test("every directory of ours is made before it is used", () => {
    const made = LAYOUT.systemDirectories.map(({ path }) => path as string);
    for (const path of [
      LAYOUT.vereDirectory,
      LAYOUT.pillDirectory,
      LAYOUT.libDirectory,
      LAYOUT.fenceDirectory,
      LAYOUT.bootDirectory,
    ]) {
      expect(made).toContain(path);
    }
  });
});
