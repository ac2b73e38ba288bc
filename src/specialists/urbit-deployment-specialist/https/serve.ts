import { configuration, type Outcome, ok } from "../../../base/outcome.ts";
import type { Answers } from "../../../machines/machine.ts";
import type { Resource } from "../../../machines/resources.ts";
import { CONVERGED, converge, everyChange } from "../../batch.ts";
import { batchOf, check, done, hostOf, pending, shipOf } from "../../lib.ts";
import type { Check, Step, StepContext, StepTarget } from "../../step.ts";
import { file } from "../hardening/control.ts";
import { type Site, siteCaddyfile } from "./caddyfile.ts";
import { dnsQuestions, judgeDns } from "./dns.ts";
import { type Asked, issuanceFailure, type Served, servedFailure, servedIn } from "./failures.ts";
import { sitePath } from "./places.ts";
import { looks, PROOFS, stateQuestions } from "./proofs.ts";

const POLL_MS = 1_500;
/** Seconds within which an issuer has answered in one way or the other; a public one takes about ten. */
const PATIENCE = 180;

/** P7 of deploy-planet for one ship: DNS looked at first, the site, the certificate waited for, the login page seen through it. */
export const https: Step = {
  kind: "https",
  specialist: "urbit-deployment-specialist",
  scope: "ship",
  topic: "https",
  applies: ({ plan, ship }) => plan.acme !== undefined && ship?.domain !== undefined,
  effect: () => "reversible",
  describe: (target) => {
    const { domain, ship, acme } = siteOf(target);
    return {
      purpose: `Serve ${ship.name} at https://${domain}`,
      inputs: [`web front of ${hostOf(target).name}`, `proof of ${ship.name}`],
      outputs: [`HTTPS of ${ship.name}`],
      checks: [CONVERGED, ...PROOFS],
      commands: [
        `getent ahosts ${domain}`,
        `caddy: ${domain} → 127.0.0.1:${ship.httpPort}, certificate from ${acme.directory}`,
      ],
      minutes: { low: 1, high: 10 },
      risk: {
        level: "medium",
        what: "the issuer refuses, and counts the attempts",
        answer: "DNS is compared before it is asked; after a refusal the site is taken away until somebody resumes",
      },
    };
  },
  apply: async (context) => {
    const { machine, target } = context;
    const site = siteOf(target);
    const looked = await machine.ask(dnsQuestions(site.domain));
    if (!looked.ok) return looked;
    const known = judgeDns(site.domain, machine.name, reachedAt(target), looked.value.value);
    if (!known.ok) return known;
    const converged = await converge(machine, {
      batch: batchName(context),
      resources: [siteFile(site)],
      dryRun: false,
      revertAfterSeconds: null,
      questions: stateQuestions(site),
    });
    if (!converged.ok) return converged;
    const { value, sighting } = converged.value;
    const asked = { domain: site.domain, host: machine.name, directory: site.acme.directory };
    const state = stateIn(asked, value.answers);
    switch (state.kind) {
      case "served": {
        const text = `${site.ship.name} is served at https://${site.domain} (certificate until ${state.until ?? "not modelled"})`;
        const outputs = { domain: site.domain, url: `https://${site.domain}`, until: state.until };
        return done(value.changed === 0, [text, ...(known.value === null ? [] : [known.value])], outputs, [
          looked.value.sighting,
          sighting,
        ]);
      }
      case "waiting":
        return pending(POLL_MS, `waiting for the certificate of ${site.domain}`);
      case "failed": {
        // A site left there would go on asking, and the issuer counts: it comes back when somebody resumes.
        const undone = await machine.undo(batchName(context));
        return undone.ok ? state.failure : undone;
      }
    }
  },
  check: async (context) => {
    const { machine, target } = context;
    const site = siteOf(target);
    const proofs = looks(site);
    const looked = await machine.converge({
      batch: batchName(context),
      resources: [siteFile(site)],
      dryRun: true,
      revertAfterSeconds: null,
      questions: proofs.map(({ question }) => question),
    });
    if (!looked.ok) return looked;
    const { value, sighting } = looked.value;
    const off = value.records.filter(({ status }) => status !== "ok").map(({ id }) => id);
    const rows = proofs.map(({ check: name, question, refutes }): Check => {
      const answer = value.answers[question.id];
      const why = answer === undefined ? "not answered" : answer.exit === null ? null : refutes(answer);
      return check(name, why === null, why ?? "seen", sighting);
    });
    return ok([check(CONVERGED, off.length === 0, off.join(", ") || "as wished", sighting), ...rows]);
  },
  undo: async (context) => {
    const undone = await context.machine.undo(batchName(context));
    if (!undone.ok) return undone;
    const { failed, changed } = undone.value.value;
    const detail =
      failed === 0 ? `${siteOf(context.target).domain} is served no more` : "the site could not be taken away";
    return ok({
      undone: failed === 0,
      detail: changed === 0 ? "nothing was changed" : detail,
      checks: [everyChange(undone.value.value, undone.value.sighting)],
    });
  },
};

const batchName = (context: StepContext) => batchOf(context, `https-${shipOf(context.target).name.slice(1)}`);

function siteOf(target: StepTarget): Site {
  const ship = shipOf(target);
  const { acme } = target.plan;
  if (acme === undefined || ship.domain === undefined) throw new TypeError("this step needs a ship with a domain");
  return { domain: ship.domain, ship, acme };
}

function siteFile(site: Site): Resource {
  return file(sitePath(site.ship.name), "0644", siteCaddyfile(site));
}

/** The address in the inventory without user and port. */
function reachedAt(target: StepTarget): string {
  return hostOf(target)
    .address.replace(/^ssh:\/\//, "")
    .replace(/^[^@]*@/, "")
    .replace(/:\d+$/, "");
}

type State =
  | { readonly kind: "served"; readonly until: string | null }
  | { readonly kind: "waiting" }
  | { readonly kind: "failed"; readonly failure: Extract<Outcome<never>, { readonly ok: false }> };

/** Where the certificate stands, from what is served and what Caddy has logged about this name since the site was written. */
function stateIn(asked: Asked, answers: Answers): State {
  const text = (id: string) => answers[id]?.text ?? "";
  // The twin answers nothing: there the certificate is as good as its site.
  if (answers.served?.exit === null) return { kind: "served", until: null };
  const served: Served = servedIn(text("served"));
  if (served.code === 0) return { kind: "served", until: served.until };
  const refused = issuanceFailure(asked, text("log").split("\n").filter(Boolean));
  const late = Number(text("age")) > PATIENCE;
  if (refused === null && !late) return { kind: "waiting" };
  const wrong = servedFailure(asked, served, refused?.failure.why ?? null);
  return { kind: "failed", failure: wrong ?? refused ?? neverCame(asked) };
}

function neverCame({ domain, host, directory }: Asked) {
  return configuration(
    "certificate-missing",
    `no certificate for ${domain} came from ${directory} within ${PATIENCE / 60} minutes, and no refusal either`,
    `journalctl -u caddy on ${host}; put right what it says, and resume`,
  );
}
