import { randomBytes } from "node:crypto";
import { type Outcome, ok } from "../../../base/outcome.ts";
import { shellQuote } from "../../../base/quote.ts";
import type { Answers, Question, Seen } from "../../../machines/machine.ts";
import type { Receiver } from "../../../plan/schema.ts";
import { converge } from "../../batch.ts";
import { batchOf, check, done, pending } from "../../lib.ts";
import type { Applied, Step, StepContext } from "../../step.ts";
import { PLACES } from "./places.ts";
import { proofFile } from "./rules.ts";
import { STANDS } from "./set-up-alerts.ts";
import { described, file, said } from "./setting.ts";
import { watched } from "./watched.ts";

const BACK = "the nonce came back, and who acknowledged it is noted";
const FILE = `${PLACES.rules}/proof.yml`;
const READ_BACK_MS = 3_000;
const PERSON_MS = 60_000;

/** Setup-monitoring 9: a real alert with a nonce goes out; it is proved by its return, never by an inbox. */
export const proveAlert: Step = {
  kind: "prove-alert",
  specialist: "performance-engineer",
  scope: "monitor",
  topic: null,
  applies: watched,
  effect: () => "reversible",
  describe: () => ({
    ...described(
      {
        purpose: "Prove one alert to its receiver: a nonce goes out and comes back acknowledged",
        inputs: ["alert routes"],
        outputs: ["proved alert"],
        checks: [],
        commands: ["slipway ack RUN NONCE"],
      },
      [1, 30],
      ["low", "the test takes a real ship down", "the alert is Slipway's own: nothing is stopped for it"],
    ),
    checks: [BACK],
  }),
  apply: async (context) => {
    const { machine, target } = context;
    const receivers = target.plan.monitor?.receivers ?? [];
    const asked = await machine.ask([STANDS, NONCE, ...receivers.flatMap(readBack)]);
    if (!asked.ok) return asked;
    const answers = asked.value.value;
    if (machine.rehearsal)
      return done(true, ["an alert would go out and come back"], { notSet: [] }, [asked.value.sighting]);
    if (receivers.length === 0 || said(answers, "stands") === "") {
      const notSet = [
        `monitoring: proof of an alert on ${machine.name}: ${receivers.length === 0 ? "nobody is told" : "no Prometheus here"}`,
      ];
      return done(
        true,
        notSet.map((item) => `not set: ${item}`),
        { notSet },
        [],
      );
    }
    const nonce = said(answers, NONCE.id);
    if (nonce === "") return send(context);
    const proof = await proofOf(context, asked.value, nonce, receivers);
    if (proof.kind === "pending") return ok(proof);
    const undone = await machine.undo(batchOf(context, "proof"));
    if (!undone.ok) return undone;
    PROVED.set(context, proof);
    const outputs = { notSet: [], nonce, by: proof.by, at: proof.at, attested: proof.attested };
    return done(false, [`an alert with the nonce ${nonce} reached ${proof.by}`], outputs, [asked.value.sighting]);
  },
  check: async (context) => {
    const proof = PROVED.get(context);
    if (proof === undefined) return ok([]);
    const asked = await context.machine.ask([NONCE]);
    if (!asked.ok) return asked;
    const left = said(asked.value.value, NONCE.id);
    const detail = left === "" ? `${proof.by}, ${proof.at}; its alert was taken away again` : "its alert is still out";
    return ok([check(BACK, left === "", detail, asked.value.sighting)]);
  },
  undo: async (context) => {
    const undone = await context.machine.undo(batchOf(context, "proof"));
    if (!undone.ok) return undone;
    return ok({ undone: undone.value.value.failed === 0, detail: "the alert of the proof is gone", checks: [] });
  },
};

const NONCE: Question = {
  id: "nonce",
  command: `sed -n 's/^ *nonce: *"\\{0,1\\}\\([0-9a-f]*\\)"\\{0,1\\}$/\\1/p' ${FILE} 2>/dev/null`,
};

/** What `apply` found, for `check` of the same step. */
const PROVED = new WeakMap<StepContext, Proved>();

/** Puts the alert out. Its nonce is made here and stands nowhere but in the alert: who tells it has seen the alert. */
async function send(context: StepContext): Promise<Outcome<Applied>> {
  const { stringify } = await import("yaml");
  const nonce = `a${randomBytes(7).toString("hex")}`;
  const converged = await converge(context.machine, {
    batch: batchOf(context, "proof"),
    resources: [file(FILE, stringify(proofFile(nonce)))],
    dryRun: false,
    revertAfterSeconds: null,
  });
  if (!converged.ok) return converged;
  return pending(READ_BACK_MS, "an alert with a nonce went out");
}

interface Proved {
  readonly kind: "proved";
  readonly by: string;
  readonly at: string;
  /** On a person's word. */
  readonly attested: boolean;
}
type Proof = Proved | Extract<Applied, { kind: "pending" }>;

/** Back from a receiver that shows what it got, or by a person's word. */
async function proofOf(
  context: StepContext,
  { value, sighting }: Seen<Answers>,
  nonce: string,
  receivers: readonly Receiver[],
): Promise<Proof> {
  for (const [index, receiver] of receivers.entries()) {
    if (said(value, `read-back ${index}`).includes(nonce)) {
      return {
        kind: "proved",
        by: `the ${receiver.kind} receiver, read back from it`,
        at: sighting.at,
        attested: false,
      };
    }
  }
  const acks = await context.acknowledged();
  const right = acks.find((ack) => ack.nonce === nonce);
  if (right !== undefined) return { kind: "proved", by: `${right.by} (attested)`, at: right.at, attested: true };
  const wrong = acks.at(-1);
  const read = receivers.some((receiver) => receiver.readBack !== null);
  const doing = `an alert went out; its nonce stands in it. Tell it: slipway ack ${context.run} NONCE`;
  const note = wrong === undefined ? "" : ` (${wrong.by} told another one)`;
  return { kind: "pending", afterMs: read ? READ_BACK_MS : PERSON_MS, doing: `${doing}${note}` };
}

function readBack(receiver: Receiver, index: number): readonly Question[] {
  if (receiver.readBack === null) return [];
  return [{ id: `read-back ${index}`, command: `curl -fsS --max-time 5 ${shellQuote(receiver.readBack)}` }];
}
