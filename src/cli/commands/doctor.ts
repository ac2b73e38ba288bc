import { execFile } from "node:child_process";
import { access, constants, statfs } from "node:fs/promises";
import { promisify } from "node:util";
import { readInventory } from "../../machines/inventory.ts";
import { engineClient } from "../../run/engine/client.ts";
import { serverBinary, siteStatus } from "../../run/engine/site.ts";
import { pinnedRuntime } from "../../run/runtime.ts";
import { type Command, JSON_OPTION } from "../command.ts";
import { EXIT } from "../exit.ts";
import { type Io, paint } from "../io.ts";
import { homeOf } from "../site.ts";

interface Item {
  readonly name: string;
  readonly verdict: "ok" | "note" | "wrong";
  readonly detail: string;
  readonly next: string;
}

const GIB = 1024 ** 3;

export const command: Command = {
  name: "doctor",
  summary: "say what is wrong with this installation",
  usage: "",
  words: [0, 0],
  examples: ["slipway doctor"],
  options: { json: JSON_OPTION },
  run: async (input, io) => {
    const items = await examine(io);
    const wrong = items.some((item) => item.verdict === "wrong");
    if (input.flag("json")) io.out(`${JSON.stringify({ ok: !wrong, items }, null, 2)}\n`);
    else {
      const marks = { ok: paint(io, "green", "✓"), note: paint(io, "yellow", "!"), wrong: paint(io, "red", "✗") };
      for (const { name, verdict, detail, next } of items) {
        io.out(`${marks[verdict]} ${name}: ${detail}${verdict === "ok" || next === "" ? "" : `\n    next: ${next}`}\n`);
      }
    }
    return wrong ? EXIT.failed : EXIT.done;
  },
};

async function examine(io: Io): Promise<readonly Item[]> {
  const home = homeOf(io);
  const major = Number(process.versions.node.split(".")[0]);
  const items: Item[] = [
    {
      name: "Node",
      verdict: major >= 24 ? "ok" : "wrong",
      detail: process.versions.node,
      next: "install Node 24 or newer",
    },
  ];
  const binary = serverBinary();
  const external = Boolean(io.env.SLIPWAY_ENGINE_URL);
  items.push(
    binary.ok
      ? { name: "engine's server", verdict: "ok", detail: binary.value, next: "" }
      : {
          name: "engine's server",
          verdict: external ? "note" : "wrong",
          detail: binary.failure.what,
          next: binary.failure.next,
        },
  );
  const writable = await access(home.root, constants.W_OK).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code === "ENOENT",
  );
  items.push({
    name: "state directory",
    verdict: writable ? "ok" : "wrong",
    detail: home.root,
    next: "set SLIPWAY_HOME to a directory you own",
  });
  const disk = await statfs(home.root).catch(() => null);
  if (disk !== null) {
    const free = disk.bavail * disk.bsize;
    items.push({
      name: "disk for state",
      verdict: free > GIB ? "ok" : "wrong",
      detail: `${(free / GIB).toFixed(1)} GiB free`,
      next: "free some space: evidence must be written",
    });
  }
  const ssh = await promisify(execFile)("ssh", ["-V"]).then(
    ({ stderr }) => stderr.trim(),
    () => null,
  );
  items.push({
    name: "OpenSSH",
    verdict: ssh === null ? "wrong" : "ok",
    detail: ssh ?? "not found",
    next: "install openssh-client",
  });
  const site = siteStatus(home, io.env);
  const healthy = site.engine === "down" ? false : await engineClient(home, io.env).healthy();
  items.push({
    name: "engine",
    verdict: healthy ? "ok" : site.engine === "down" ? "note" : "wrong",
    detail: healthy
      ? site.engine === "external"
        ? "your own, answers"
        : `pid ${site.enginePid}, answers`
      : site.engine === "down"
        ? "not running"
        : "does not answer",
    next: "slipway up",
  });
  items.push({
    name: "worker",
    verdict: site.worker === "up" ? "ok" : "note",
    detail: site.workerPid === null ? "not running" : `pid ${site.workerPid}`,
    next: "slipway up",
  });
  const hosts = await readInventory(home.hosts);
  items.push(
    hosts.ok
      ? {
          name: "hosts",
          verdict: hosts.value.length > 0 ? "ok" : "note",
          detail: `${hosts.value.length} named`,
          next: "slipway host add root@HOST --name NAME",
        }
      : { name: "hosts", verdict: "wrong", detail: hosts.failure.what, next: hosts.failure.next },
  );
  const runtime = await pinnedRuntime(home);
  items.push({
    name: "vere",
    verdict: runtime.vereSha256 === null ? "note" : "ok",
    detail: runtime.vereSha256 === null ? "none pinned" : `${runtime.version}, ${runtime.vereSha256.slice(0, 12)}`,
    next: "slipway runtime add --vere FILE --pill FILE",
  });
  return items;
}
