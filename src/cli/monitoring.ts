import { readFile } from "node:fs/promises";
import { writeFileAtomic } from "../base/files.ts";
import { type Outcome, ok } from "../base/outcome.ts";
import type { InventoryHost } from "../machines/inventory.ts";
import type { Monitor, Receiver } from "../plan/schema.ts";
import type { Site } from "../plan/site.ts";
import type { Home } from "../run/home.ts";
import { type Input, type OptionSpec, usage } from "./command.ts";

const RETENTION_DAYS = 90;
const SECRET = "file of root's on the monitoring host that holds";

/** Where monitoring lives and who is told. Secrets stay on the monitoring host: only their files are named here. */
export const MONITOR_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  monitor: { type: "string", value: "HOST", about: "the host that watches, best one without ships" },
  webhook: { type: "string", value: "URL", about: "tell this address of alerts" },
  "webhook-token": { type: "string", value: "FILE", about: `${SECRET} its bearer token` },
  pagerduty: { type: "string", value: "FILE", about: `tell PagerDuty (Events v2); ${SECRET} the routing key` },
  "pagerduty-url": { type: "string", value: "URL", about: "another address for its events" },
  "read-back": { type: "string", value: "URL", about: "where the receiver shows what it got; else: slipway ack" },
  email: { type: "string", value: "ADDRESS", about: "tell this address by mail" },
  smtp: { type: "string", value: "HOST:PORT", about: "the mail server" },
  "smtp-from": { type: "string", value: "ADDRESS", about: "who the mail is from; default: the address itself" },
  "smtp-user": { type: "string", value: "NAME", about: "login at the mail server" },
  "smtp-password": { type: "string", value: "FILE", about: `${SECRET} the mail server's password` },
  retention: { type: "string", value: "DAYS", about: `how long series are kept; default: ${RETENTION_DAYS}` },
  pace: { type: "string", value: "N", about: "divide every duration of the rules by N: for drills" },
};

type Watching = NonNullable<Site["monitor"]>;

/** The monitoring host and its receivers from the options, else as they were last named; null where nobody ever did. */
export async function monitorFrom(
  home: Home,
  input: Input,
  inventory: readonly InventoryHost[],
): Promise<Outcome<Watching | null>> {
  const known = await readMonitor(home);
  const name = input.text("monitor") ?? known?.host ?? null;
  if (name === null) return ok(null);
  const twin = input.flag("twin");
  const host = twin ? { name, address: "twin" } : inventory.find((found) => found.name === name);
  if (host === undefined) {
    // Remembered and since removed from the inventory: as if nobody had named one.
    return input.text("monitor") === null ? ok(null) : usage(`there is no host ${name}`, "slipway host list");
  }
  const receivers = receiversFrom(input);
  if (!receivers.ok) return receivers;
  const retention = input.number("retention");
  if (!retention.ok) return retention;
  const pace = input.number("pace");
  if (!pace.ok) return pace;
  const settings = {
    receivers: [...(receivers.value.length > 0 ? receivers.value : (known?.receivers ?? []))],
    retentionDays: retention.value || known?.retentionDays || RETENTION_DAYS,
    pace: pace.value || 1,
  };
  return ok({ host: { name: host.name, address: host.address }, settings });
}

/** Remembers who watches, for `fleet` and for the next plan. */
export async function noteMonitor(home: Home, monitor: Monitor): Promise<void> {
  await writeFileAtomic(home.monitor, `${JSON.stringify(monitor, null, 2)}\n`);
}

export async function readMonitor(home: Home): Promise<Monitor | null> {
  const text = await readFile(home.monitor, "utf8").catch(() => null);
  if (text === null) return null;
  const { MonitorSchema } = await import("../plan/schema.ts");
  const parsed = MonitorSchema.nullable().safeParse(jsonOf(text));
  return parsed.success ? parsed.data : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function receiversFrom(input: Input): Outcome<readonly Receiver[]> {
  const [webhook, pagerduty, email] = ["webhook", "pagerduty", "email"].map((name) => input.text(name));
  const readBack = input.text("read-back");
  const url = input.text("pagerduty-url");
  for (const address of [webhook, readBack, url])
    if (typeof address === "string" && !isWebAddress(address))
      return usage(`"${address}" is no address`, "an http or https URL");
  const smarthost = input.text("smtp");
  if (typeof email === "string" && (smarthost === null || !/^[A-Za-z0-9.-]+:\d+$/.test(smarthost)))
    return usage("mail needs a server", "--smtp HOST:PORT");
  for (const name of ["webhook-token", "pagerduty", "smtp-password"]) {
    const file = input.text(name);
    if (file !== null && !/^\/[A-Za-z0-9._/-]+$/.test(file))
      return usage(
        `--${name} names a file on the monitoring host, not "${file}"`,
        `--${name} /etc/slipway-secrets/NAME`,
      );
  }
  return ok([
    ...(typeof webhook === "string"
      ? [{ kind: "webhook", url: webhook, secretFile: input.text("webhook-token"), readBack } as const]
      : []),
    ...(typeof pagerduty === "string" ? [{ kind: "pagerduty", url, secretFile: pagerduty, readBack } as const] : []),
    ...(typeof email === "string"
      ? [
          {
            kind: "email",
            to: email,
            from: input.text("smtp-from") ?? email,
            smarthost: smarthost ?? "",
            user: input.text("smtp-user"),
            secretFile: input.text("smtp-password"),
            readBack: null,
          } as const,
        ]
      : []),
  ]);
}
