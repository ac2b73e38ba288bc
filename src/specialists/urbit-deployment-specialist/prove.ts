import { ok } from "../../base/outcome.ts";
import { check, done, hostOf, shipOf, specOf } from "../lib.ts";
import type { Step } from "../step.ts";

const ANSWERS = "the control socket answers and the ship is who it should be";
const THREADS = "the ship runs threads";
const HTTP = "the web login with the ship's own code works";
const HI = "a hi to itself is acknowledged";

/** P10 of deploy-planet: the ship is asked from every side; nothing is taken from what earlier steps said. */
export const prove: Step = {
  kind: "prove",
  specialist: "lead",
  scope: "ship",
  effect: () => "reversible",
  describe: (target) => ({
    purpose: `Prove that ${shipOf(target).name} answers`,
    inputs: [`unit of ${shipOf(target).name}`],
    outputs: [`proof of ${shipOf(target).name}`, "running ships"],
    checks: [ANSWERS, THREADS, HTTP, HI],
    commands: ["peel /live /khan /who /v /info on conn.sock", "POST /~/login on the ship's port"],
    minutes: { low: 1, high: 3 },
    risk: {
      level: "low",
      what: "a client that goes away early kills the ship",
      answer: "no connection is closed before its reply is drained",
    },
  }),
  apply: async (context) => {
    const { machine, target } = context;
    const ship = shipOf(target);
    const life = await machine.ships.life(specOf(ship));
    if (!life.ok) return life;
    const { version, event } = life.value.value;
    const found = await machine.ships.inspect(specOf(ship));
    if (!found.ok) return found;
    const noted = await context.observe(found.value.value.pierId, event);
    if (!noted.ok) return noted;
    const outputs = { version, event, url: `http://127.0.0.1:${ship.httpPort} on ${machine.name}` };
    return done(true, [`${ship.name} answers on ${machine.name} (vere ${version}, event ${event})`], outputs, [
      life.value.sighting,
    ]);
  },
  check: async ({ machine, target }) => {
    const ship = shipOf(target);
    const life = await machine.ships.life(specOf(ship));
    if (!life.ok) return life;
    const http = await machine.ships.http(specOf(ship));
    if (!http.ok) return http;
    const hi = await machine.ships.hi(specOf(ship));
    if (!hi.ok) return hi;
    const { live, khan, who, event } = life.value.value;
    const { loggedInAs, health } = http.value.value;
    return ok([
      check(ANSWERS, live && who === ship.name, `${who}, event ${event}`, life.value.sighting),
      check(THREADS, khan, khan ? "khan is up" : "khan is down", life.value.sighting),
      check(
        HTTP,
        loggedInAs === ship.name,
        `health ${health}, logged in as ${loggedInAs ?? "nobody"}`,
        http.value.sighting,
      ),
      check(HI, true, `${hi.value.value.ms} ms on ${hostOf(target).name}`, hi.value.sighting),
    ]);
  },
  undo: async () => ok({ undone: true, detail: "nothing was changed", checks: [] }),
};
