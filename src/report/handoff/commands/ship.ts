import type { HostTarget, ShipTarget } from "../../../plan/schema.ts";
import { shipPaths } from "../../../urbit/layout.ts";
import { draft, loginOf, type RunbookCommand, rootOn } from "./command.ts";

/** The first port of this machine that a ship's web page is opened on; each ship has its own, whatever its host's is. */
const NEAR = 18_080;

/** `index`: of the ship among all that stand. */
export function shipCommands(host: HostTarget, ship: ShipTarget, index: number): readonly RunbookCommand[] {
  const { name, amesPort, httpPort } = ship;
  const root = rootOn(host);
  const { bare, unit, pier, fence } = shipPaths(name);
  const there = draft(name, host.name);
  const here = draft(name, null);
  const login = loginOf(host);
  const near = NEAR + (index % 40_000);
  return [
    there({
      id: `state ${name}`,
      title: "Whether it runs",
      command: `systemctl status --no-pager --lines=0 ${unit}`,
      shows: "Active: active (running)",
      pattern: "Active: active \\(running\\)",
    }),
    there({
      id: `log ${name}`,
      title: "What it says",
      command: `${root}journalctl --no-pager -u ${unit} -n 200`,
      shows: "its last lines; after a start: pier (EVENT): live",
      pattern: "pier \\([0-9.]+\\): live",
    }),
    there({
      id: `web ${name}`,
      title: "Whether its web server answers",
      command: `curl -s -o /dev/null -w '%{http_code}\\n' http://127.0.0.1:${httpPort}/~_~/healthz`,
      shows: "204; 429 while a long event keeps it busy",
      pattern: "^(204|429)$",
    }),
    there({
      id: `ames ${name}`,
      title: "Whether its own UDP port is bound",
      command: `ss -Hlun 'sport = :${amesPort}'`,
      shows: `a socket on port ${amesPort}`,
      pattern: `:${amesPort}\\b`,
    }),
    there({
      id: `fence ${name}`,
      title: "Its right to run here, as the host keeps it",
      command: `${root}cat ${fence}`,
      shows: "held=yes and the token",
      pattern: "^held=yes$",
    }),
    there({
      id: `size ${name}`,
      title: "How much its pier takes",
      command: `${root}du -sh ${pier}`,
      shows: "the size of the pier",
      pattern: `${pier}$`,
    }),
    here({
      id: `ship ${name}`,
      title: "Where it runs by the lease, and its last event seen",
      command: `slipway ship ${name}`,
      shows: `runs on ${host.name}`,
      pattern: `runs on ${host.name} `,
    }),
    here({
      id: `lease ${name}`,
      title: "Who may run it, why, and how that ends",
      command: `slipway lease explain ${name}`,
      shows: `${name} is held by ${host.name}`,
      pattern: `is held by ${host.name} `,
    }),
    ...(login === null
      ? []
      : [
          here({
            id: `open ${name}`,
            title: `Open its web page: http://localhost:${near} for ten minutes`,
            command: `${login.replace(/^ssh /, `ssh -f -o ExitOnForwardFailure=yes -L ${near}:127.0.0.1:${httpPort} `)} sleep 600`,
            shows: "nothing; the page is open",
            pattern: "^$",
          }),
        ]),
    there({
      id: `restart ${name}`,
      title: "Restart it: it writes its snapshot first, which may take minutes",
      command: `${root}systemctl restart ${unit}`,
      shows: `nothing; then look at the state of ${bare}`,
      pattern: "^$",
      changes: true,
    }),
    there({
      id: `stop ${name}`,
      title: "Stop it, gracefully",
      command: `${root}systemctl stop ${unit}`,
      shows: "nothing",
      pattern: "^$",
      changes: true,
    }),
    there({
      id: `stopped ${name}`,
      title: "Whether it is stopped",
      command: `systemctl show -p ActiveState --value ${unit}`,
      shows: "inactive once it is stopped, active while it runs",
      pattern: "^(in)?active$",
    }),
    there({
      id: `start ${name}`,
      title: "Start it, under its lease",
      command: `${root}systemctl start ${unit}`,
      shows: "nothing; refused without the current token",
      pattern: "^$",
      changes: true,
    }),
  ];
}
