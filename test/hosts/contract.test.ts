import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startLab } from "../../lab/hosts/lab.ts";
import { buildStandIn } from "../../lab/stand-in-vere/build.ts";
import { hostMachine } from "../../src/machines/host/open.ts";
import { hostScripts } from "../../src/machines/host/ships/scripts.ts";
import type { Resource } from "../../src/machines/resources.ts";
import { pillFile, vereFile } from "../../src/urbit/layout.ts";
import { machineContract } from "../machines/contract.ts";

/** A real host held to the same text as the twin. Root only. */
machineContract("a Debian host over SSH", async () => {
  const vere = await buildStandIn();
  const lab = await startLab({ hosts: ["alder"] });
  const pill = join(lab.folder, "stand-in.pill");
  // Any bytes are a pill to the stand-in.
  writeFileSync(pill, Buffer.alloc(4096));
  const placed = (file: string, mode: string, place: (sha256: string) => string) => {
    const sha256 = createHash("sha256").update(readFileSync(file)).digest("hex");
    const path = place(sha256);
    return {
      kind: "download",
      id: path,
      path,
      owner: "root",
      group: "root",
      mode,
      sha256,
      url: null,
      localFile: file,
    } as const;
  };
  const binary = placed(vere, "0755", (sha256) => vereFile("4.5", sha256));
  const boot = placed(pill, "0644", pillFile);
  const scripts = hostScripts().map(
    (script): Resource => ({ kind: "file", id: script.path, owner: "root", group: "root", ...script }),
  );
  const machine = hostMachine({ name: "alder", address: "alder" }, { sshConfig: lab.sshConfig });
  return { machine, vere: binary.path, pill: boot.path, runtime: [...scripts, binary, boot], close: () => lab.down() };
});
