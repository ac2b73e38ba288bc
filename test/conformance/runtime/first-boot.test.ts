import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, inject, test } from "vitest";
import { dockArgv, firstBootArgv, resumeArgv } from "../../../src/urbit/boot.ts";
import { classify, filterLine, LIVE } from "../../../src/urbit/boot-log.ts";
import {
  type Berth,
  berth,
  clearBerths,
  inspect,
  land,
  launchVere,
  sail,
  sailing,
  seen,
  texts,
  unlocked,
} from "../harbour.ts";
import { finish, pause, sweep, type Vessel } from "../vessel.ts";

const runtime = inject("runtime");
const first = inject("firstBoot");
afterEach(async () => {
  await sweep();
  clearBerths();
});

describe("a first boot", () => {
  test("with -x ends by itself, with 0", () => expect(first.code).toBe(0));

  test("prints what we watch for, in this order", () => {
    const said = texts(first.lines).map((line) => line.replace(/\d+/g, "N"));
    const order = [
      /^boot: loading pill /,
      /^-+ bootstrap starting -+$/,
      /^-+ bootstrap complete -+$/,
      /^vere: binary copy succeeded$/,
      /^vere: checking version compatibility$/,
      /^mesa: live on N \(localhost only\)$/,
      /^conn: listening on .*\/zod\/\.urb\/conn\.sock$/,
      /^http: web interface live on http:\/\/localhost:N$/,
      /^http: loopback live on http:\/\/localhost:N$/,
      /^pier \(N\): live/,
    ].map((pattern) => said.findIndex((line) => pattern.test(line)));
    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(first.lines.some(({ text }) => LIVE.test(text))).toBe(true);
  });

  test("takes its pier through the states we tell apart, and never back", () => {
    const order = ["absent", "never-began", "began", "ready"];
    expect(first.states.at(-1)).toBe("ready");
    expect(first.states).toContain("began");
    expect(first.states).toEqual(order.filter((state) => first.states.includes(state)));
  });

  test("leaves the files a start needs, and none of a running ship", () => {
    const at = (...parts: readonly string[]) => join(runtime.pristine, ...parts);
    for (const file of [".run", ".bin/pace", ".urb/chk/image.bin", ".urb/log/data.mdb", ".urb/log/0i0/data.mdb"])
      expect(existsSync(at(file))).toBe(true);
    expect(readFileSync(at(".bin/pace"), "latin1")).toMatch(/^(live|once)$/);
    expect(readFileSync(at(".urb/log/0i0/epoc.txt"), "latin1").trim()).toBe("2");
    for (const file of [".vere.lock", ".http.ports", ".urb/conn.sock"]) expect(existsSync(at(file))).toBe(false);
    expect(statSync(at(".run")).nlink).toBeGreaterThan(1);
  });

  test("of a pier that is there already is refused, and changes nothing in it", async () => {
    const at = berth(runtime);
    const before = await inspect(at);
    const ship = await sailing(runtime, at, "~zod");
    const { code, lines } = await finish(
      launchVere(runtime, firstBootArgv({ ...ship, pill: runtime.pill, keyFile: null })),
    );
    expect(code).toBe(1);
    expect(classify(texts(lines), "boot")?.code).toBe("pier-exists");
    expect(await inspect(at)).toEqual(before);
  });
});

/** Begins a first boot and kills all of it as soon as `when` holds. */
async function cutOff(at: Berth, when: (vessel: Vessel) => boolean | Promise<boolean>): Promise<void> {
  const ship = await sailing(runtime, at, "~zod");
  const vessel = launchVere(runtime, firstBootArgv({ ...ship, pill: runtime.pill, keyFile: null }));
  while (!(await when(vessel))) {
    if (vessel.ended() !== null) throw new Error(`it ended before: ${JSON.stringify(vessel.ended())}`);
    await pause(2);
  }
  vessel.signalAll("SIGKILL");
  await vessel.end;
  await unlocked(at);
}

describe("a first boot that was killed", () => {
  test("before it had an identity never began: no start gets over that, and nothing is lost with it", async () => {
    const at = berth(runtime, "~zod", true);
    await cutOff(at, () => existsSync(join(at.pier, ".urb/log/0i0/data.mdb")));
    expect((await inspect(at)).pier).toBe("never-began");
    const ship = await sailing(runtime, at, "~zod");
    const { code, lines } = await finish(launchVere(runtime, resumeArgv(ship)));
    expect(code).toBe(1);
    expect(classify(texts(lines), "start")?.code).toBe("pier-unusable");
    // A start that failed has made an empty log: it still never began.
    expect((await inspect(at)).pier).toBe("never-began");
  });

  test("once it had begun is resumed by a plain start with -x, and needs its binary docked", async () => {
    const at = berth(runtime, "~zod", true);
    await cutOff(at, (vessel) => vessel.lines.some(({ text }) => /bootstrap starting/.test(text)));
    expect((await inspect(at)).pier).toBe("began");
    const ship = await sailing(runtime, at, "~zod");
    const { code, lines } = await finish(launchVere(runtime, resumeArgv(ship)));
    expect(code).toBe(0);
    expect(texts(lines).some((line) => LIVE.test(line))).toBe(true);
    if (!existsSync(join(at.pier, ".run"))) {
      expect((await inspect(at)).pier).toBe("began");
      expect((await finish(launchVere(runtime, dockArgv(ship)))).code).toBe(0);
    }
    expect((await inspect(at)).pier).toBe("ready");
    const afloat = await sail(runtime, at);
    expect(seen(await afloat.ships.life(afloat.spec))).toMatchObject({ live: true, who: "~zod" });
    expect((await land(afloat)).code).toBe(0);
  });

  test("after its binary was docked is ready, and starts", async () => {
    const at = berth(runtime, "~zod", true);
    await cutOff(at, () => existsSync(join(at.pier, ".run")));
    expect((await inspect(at)).pier).toBe("ready");
    const afloat = await sail(runtime, at);
    expect((await land(afloat)).code).toBe(0);
  });
});

describe("a first boot that cannot be", () => {
  const boot = async (
    at: Berth,
    how: { readonly key?: string | null; readonly pill?: string | null; readonly name?: string },
  ) => {
    const { name = "~sampel-palnet", pill = runtime.pill, key = null } = how;
    const ship = { ...(await sailing(runtime, at, name)), fake: key === null };
    const { code, lines } = await finish(
      launchVere(runtime, firstBootArgv({ ...ship, pill, keyFile: key }), {
        env: { STAND_IN_OFFLINE_SECONDS: "0.02" },
      }),
    );
    return { code, lines: texts(lines) };
  };

  test("for a bad key says the key, which our filter takes out, and leaves no ship", async () => {
    const at = berth(runtime, "~sampel-palnet", true);
    const key = join(at.root, "bad.key");
    const canary = "0wcanary.canar.ycana.rycan";
    writeFileSync(key, `${canary}\n`, { mode: 0o600 });
    const { code, lines } = await boot(at, { key });
    expect(code).toBe(1);
    expect(classify(lines, "boot")?.code).toBe("bad-key");
    expect(lines.map(filterLine).join("\n")).not.toContain("canary");
    expect(["absent", "never-began"]).toContain((await inspect(at)).pier);
  });

  test("for a key that is not there says so, and leaves no ship", async () => {
    const at = berth(runtime, "~sampel-palnet", true);
    const { code, lines } = await boot(at, { key: join(at.root, "none.key") });
    expect(code).toBe(1);
    expect(classify(lines, "boot")?.code).toBe("key-gone");
    expect((await inspect(at)).pier).toBe("absent");
  });

  test("for want of a pill without a network says so after some tries, and leaves no ship", async () => {
    const at = berth(runtime, "~zod", true);
    const { code, lines } = await boot(at, { name: "~zod", pill: null });
    expect(code).toBe(1);
    expect(classify(lines, "boot")?.code).toBe("pill-missing");
    expect((await inspect(at)).pier).toBe("absent");
  });
});
