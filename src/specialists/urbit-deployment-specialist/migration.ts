import { DAY, HOUR, hostName, isShared, planned, shipName } from "../planned.ts";
import type { Card } from "../step.ts";

const specialist = "urbit-deployment-specialist";
const ship = { specialist, scope: "ship" } as const;
const site = { specialist, scope: "site" } as const;

/** migrate-deployment: one ship has one writer, so the old copy is fenced before the new one starts. */
export const MIGRATION: readonly Card[] = [
  planned({
    ...ship,
    kind: "survey-source",
    minutes: [5, 15],
    risk: ["low", "the source is not the newest copy", "its event number and lease are noted before anything else"],
    says: (target) => ({
      purpose: `Survey ${shipName(target)} where it runs now: size, event number, loom, ports, apps`,
      inputs: [`given: access to ${shipName(target)} where it runs`],
      outputs: [`survey of ${shipName(target)}`, "surveys"],
      checks: ["the ship answers and is who it should be", "no other copy of it is known"],
    }),
  }),
  planned({
    kind: "forecast-move",
    specialist: "managed-hosting-advisor",
    scope: "site",
    minutes: [10, 30],
    risk: ["medium", "the line is slower than thought", "the downtime is forecast from a measured transfer"],
    says: {
      purpose: "Forecast the downtime and agree on the window",
      inputs: ["surveys", "placement"],
      outputs: ["window"],
      checks: [
        "size over measured throughput gives the downtime, with its range",
        "the destination has room for every pier",
      ],
    },
  }),
  planned({
    ...site,
    kind: "lower-dns-ttl",
    minutes: [5, 15],
    risk: ["low", "old answers are cached past the move", "the window opens only after the old lifetime has run out"],
    says: {
      purpose: "Lower the lifetime of the ships' names ahead of the move",
      inputs: ["window"],
      outputs: ["short-lived names"],
      checks: ["the authoritative servers answer with the short lifetime"],
    },
  }),
  planned({
    ...ship,
    kind: "pre-seed",
    minutes: [15, 4 * HOUR],
    risk: ["medium", "somebody boots the half copy", "it is marked as no pier and lies where no unit looks"],
    says: (target) => ({
      purpose: `Send the bulk of ${shipName(target)} ahead while it runs; this copy is never booted`,
      inputs: [
        `survey of ${shipName(target)}`,
        isShared(target) || target.host === null ? "given: the destination, ready" : `vere on ${hostName(target)}`,
      ],
      outputs: [`seed of ${shipName(target)}`],
      checks: ["the seed lacks only what changed since"],
    }),
  }),
  planned({
    ...ship,
    kind: "stop-source",
    effect: "compensatable",
    minutes: [2, 10],
    risk: ["medium", "it is killed rather than stopped", "SIGTERM and patience; the log must say it ended well"],
    says: (target) => ({
      purpose: `Stop ${shipName(target)} gracefully: its downtime begins`,
      inputs: ["window", `survey of ${shipName(target)}`],
      outputs: [`stopped ${shipName(target)}`],
      checks: ["the process is gone and its lock with it", "the last event number is noted"],
    }),
  }),
  planned({
    ...ship,
    kind: "final-copy",
    minutes: [5, HOUR],
    risk: [
      "high",
      "the copy is torn",
      "every file's hash is compared; a difference stops the move with the source whole",
    ],
    says: (target) => ({
      purpose: `Send what changed in ${shipName(target)} and compare every file`,
      inputs: [`stopped ${shipName(target)}`, `seed of ${shipName(target)}`],
      outputs: [`copy of ${shipName(target)}`],
      checks: ["the manifests of both sides are equal, file by file"],
    }),
  }),
  planned({
    ...ship,
    kind: "fence-source",
    effect: "compensatable",
    minutes: [1, 5],
    risk: ["high", "the old machine starts it again", "unit masked, pier renamed, and the lease passed on"],
    says: (target) => ({
      purpose: `Fence the source of ${shipName(target)}: it can no longer start there`,
      inputs: [`copy of ${shipName(target)}`],
      outputs: [`fenced ${shipName(target)}`],
      checks: ["starting it at the source is refused", "the lease names the destination"],
    }),
  }),
  planned({
    ...ship,
    kind: "start-destination",
    effect: "irreversible",
    minutes: [2, 30],
    risk: [
      "high",
      "going back would start an older copy",
      "from its first event on, the only way back is the same move again",
    ],
    says: (target) => ({
      purpose: `Start ${shipName(target)} at its new place`,
      inputs: [`fenced ${shipName(target)}`],
      outputs: [`moved ${shipName(target)}`, "running ships"],
      checks: ["its event number is not lower than the source's last", "a hi to its sponsor is answered"],
    }),
  }),
  planned({
    ...ship,
    kind: "prove-move",
    minutes: [2, 15],
    risk: ["low", "an app lost its subscriptions", "apps and subscriptions are compared with the survey"],
    says: (target) => ({
      purpose: `Prove ${shipName(target)} at its new place: web, apps, subscriptions`,
      inputs: [`moved ${shipName(target)}`, `survey of ${shipName(target)}`],
      outputs: [`proof of ${shipName(target)}`],
      checks: ["login, apps and subscriptions are as surveyed"],
    }),
  }),
  planned({
    ...site,
    kind: "cut-over-names",
    effect: "compensatable",
    minutes: [15, 2 * HOUR],
    risk: ["medium", "the certificate is for the old address", "it is issued and probed before the names move"],
    says: {
      purpose: "Point names, certificates and relay at the new place",
      inputs: ["running ships", "short-lived names"],
      outputs: ["names"],
      checks: ["names resolve to the new address from outside", "the certificate chain is valid there"],
    },
  }),
  planned({
    ...site,
    kind: "watch-move",
    specialist: "performance-engineer",
    minutes: [DAY, 2 * DAY],
    risk: ["low", "trouble comes after the source is gone", "the source is kept, fenced, until this has passed"],
    says: {
      purpose: "Watch the moved ships under their usual load",
      inputs: ["running ships"],
      outputs: ["quiet period"],
      checks: ["no restart and no error that was not there before"],
    },
  }),
  planned({
    ...ship,
    kind: "remove-source",
    effect: "irreversible",
    minutes: [2, 15],
    risk: [
      "medium",
      "an old copy left behind is booted one day",
      "source and archives are deleted, not kept as a backup",
    ],
    says: (target) => ({
      purpose: `Delete the fenced source of ${shipName(target)} and its archives`,
      inputs: ["quiet period", `proof of ${shipName(target)}`],
      outputs: [`removed source of ${shipName(target)}`],
      checks: ["no pier, archive or key of the ship is left at the source"],
    }),
  }),
];
