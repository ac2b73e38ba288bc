import { spawnSync } from "node:child_process";
import { labs, startLab, sweep } from "./lab.ts";

const HELP = `npm run lab -- COMMAND

  up [N]            start N hosts (3) that live until "down"
  status            the labs that are up
  ssh NAME [CMD]    a shell on a host
  down              take every lab down
`;

const [verb, ...rest] = process.argv.slice(2);
switch (verb) {
  case "up": {
    const lab = await startLab({ hosts: Number(rest[0] ?? 3), detached: true });
    const first = lab.hosts[0]?.name ?? "";
    console.log(
      `${lab.hosts.map((host) => `${host.name} ${host.address}`).join("\n")}\n\nexport SLIPWAY_SSH_CONFIG=${lab.sshConfig}\nssh -F ${lab.sshConfig} ${first}`,
    );
    break;
  }
  case "status":
    for (const lab of labs())
      console.log(`${lab.name}: ${lab.hosts.map((host) => host.name).join(", ")}\n  ${lab.sshConfig}`);
    break;
  case "ssh": {
    const lab = labs().find((known) => known.hosts.some((host) => host.name === rest[0]));
    if (lab === undefined) {
      console.error(`no lab has a host ${rest[0]}; npm run lab -- up`);
      process.exitCode = 2;
    } else process.exitCode = spawnSync("ssh", ["-F", lab.sshConfig, ...rest], { stdio: "inherit" }).status ?? 1;
    break;
  }
  case "down":
    console.log(`${await sweep(true)} lab(s) taken down`);
    break;
  default:
    console.log(HELP);
    process.exitCode = verb === undefined || verb === "--help" ? 0 : 2;
}
