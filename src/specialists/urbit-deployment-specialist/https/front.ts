import { configuration, type Outcome, ok } from "../../../base/outcome.ts";
import type { Resource } from "../../../machines/resources.ts";
import { sweep } from "../../batch.ts";
import { hostOf, isEnvironment } from "../../lib.ts";
import {
  described,
  directory,
  type Proof,
  said,
  settingStep,
  type View,
  type Wish,
} from "../../performance-engineer/monitoring/setting.ts";
import type { StepTarget } from "../../step.ts";
import { levelHere } from "../harden.ts";
import { file, packageOf, serviceOf } from "../hardening/control.ts";
import { caddyDropIn, frontCaddyfile } from "./caddyfile.ts";
import { LOGIN, LOGIN_JAIL, loginLimit } from "./login-limit.ts";
import { WEB } from "./places.ts";

const RUNS = "Caddy runs Slipway's configuration, as a user of its own";
const COUNTED = "logins are counted";

/** The domain's ships on this host that the step's phase puts up: their front has to be there. */
function withDomain({ plan, phase, shipsOnHost }: StepTarget): boolean {
  const here = (environment: string) => !isEnvironment(phase) || environment === phase;
  return plan.acme !== undefined && shipsOnHost.some((ship) => ship.domain !== undefined && here(ship.environment));
}

/** P7 of deploy-planet, once for a host: Caddy on ports 80 and 443, and what counts logins. Sites come ship by ship. */
export const httpsFront = settingStep({
  kind: "https-front",
  specialist: "urbit-deployment-specialist",
  scope: "host",
  topic: "https",
  applies: withDomain,
  component: "https: Caddy",
  batch: "https-front",
  revertAfterSeconds: 60,
  describe: (target) => {
    const { name } = hostOf(target);
    return described(
      {
        purpose: `Put Caddy in front of the ships on ${name}: ports 80 and 443`,
        inputs: [`baseline of ${name}`, `hardening of ${name}`],
        outputs: [`web front of ${name}`],
        checks: [RUNS, COUNTED],
        commands: ["apt-get install caddy", "systemctl enable --now caddy"],
      },
      [1, 10],
      ["medium", "another web server holds the ports", "it is left as it is, and named"],
    );
  },
  questions: [
    {
      id: "taken",
      command: `[ -f ${WEB.dropIn} ] || ss -Hltnp '( sport = :80 or sport = :443 )' | grep -v ' 127\\.' | sed -n 's/.*(("\\([^"]*\\)".*/\\1/p' | sort -u`,
    },
    { id: "caddy", command: `[ -f ${WEB.dropIn} ] || systemctl is-active caddy.service` },
    { id: "fail2ban", command: "fail2ban-client ping" },
  ],
  // Without Caddy there is nothing to go on with: its package is a resource like any other, and fails as one.
  packages: () => [],
  wish: async ({ machine, target }, view) => {
    const taken = said(view.answers, "taken").split("\n").filter(Boolean);
    if (taken.length > 0 || said(view.answers, "caddy") === "active") return portsTaken(machine.name, taken);
    return ok(wishFor(target, view));
  },
  proofs: ({ target }, view) => proofsOf(target, view),
  afterUndo: (context) => sweep(context, SWEPT),
});

function portsTaken(name: string, programs: readonly string[]): Outcome<never> {
  const who = programs.length === 0 ? "a Caddy of its own" : programs.join(", ");
  return configuration(
    "web-ports-taken",
    `${who} answers on port 80 or 443 of ${name}`,
    "stop it or move it to other ports, and resume; or keep it, and let it pass the ships' names on to their ports on 127.0.0.1",
    "a web server of the host's own is not changed behind its owner's back",
  );
}

/** Logins are counted by fail2ban: from the standard level on, and below it where the host runs one already. */
function counts(target: StepTarget, { answers }: View): boolean {
  return levelHere(target) !== "basic" || answers.fail2ban?.exit === 0;
}

function wishFor(target: StepTarget, view: View): Wish {
  const counted = counts(target, view);
  const roots = target.plan.acme?.roots ?? null;
  return {
    resources: [
      file(WEB.dropIn, "0644", caddyDropIn()),
      directory(WEB.config),
      directory(WEB.sites),
      file(WEB.caddyfile, "0644", frontCaddyfile()),
      ...(roots === null ? [] : [file(WEB.roots, "0644", roots)]),
      ...["caddy", ...(counted ? ["fail2ban", "python3-systemd"] : [])].map(packageOf),
      opened(80, "challenges, and the way to HTTPS"),
      opened(443, "HTTPS of the ships"),
      ...(counted ? [...loginLimit(), serviceOf("fail2ban.service")] : []),
      serviceOf("caddy.service"),
    ],
    notes: [
      "Ames does not go through it: each ship keeps its own UDP port",
      ...(counted ? [`more than ${LOGIN.tries} logins a minute from one address wait ten minutes`] : []),
    ],
    notSet: counted
      ? []
      : [`https: logins on ${hostOf(target).name} are not counted: the standard level brings fail2ban`],
  };
}

function opened(port: number, comment: string): Resource {
  return { kind: "firewall-rule", id: `firewall tcp ${port}`, proto: "tcp", port, from: null, comment };
}

function proofsOf(target: StepTarget, view: View): readonly Proof[] {
  const status = `fail2ban-client status ${LOGIN_JAIL}`;
  return [
    {
      check: RUNS,
      question: {
        id: "runs",
        command: "ps -o user=,args= -p $(systemctl show -p MainPID --value caddy.service)",
      },
      refutes: ({ text }) =>
        /^caddy +.*caddy\/slipway\/Caddyfile/.test(text.trim()) ? null : text || "it does not run",
    },
    ...(counts(target, view)
      ? [
          {
            check: COUNTED,
            question: { id: "counted", command: `for try in 1 2 3 4 5 6; do ${status} && exit; sleep 1; done; exit 1` },
            refutes: ({ exit, text }: { readonly exit: number | null; readonly text: string }) =>
              exit === 0 ? null : text || `fail2ban has no jail ${LOGIN_JAIL}`,
          },
        ]
      : []),
  ];
}

/** Keys and certificates go with the server. */
const SWEPT = {
  batch: "https-sweep",
  unit: "slipway-https-sweep.service",
  unless: WEB.dropIn,
  paths: [WEB.state],
} as const;
