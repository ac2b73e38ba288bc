import type { Monitor, ShipTarget } from "../../../plan/schema.ts";
import { loopbackOf, PLACES, PORTS } from "./places.ts";

/** Seconds between two looks, divided by the drill's pace, never under one. */
export function interval(pace: number): string {
  return `${Math.max(1, Math.round(15 / pace))}s`;
}

/** prometheus.yml as a value. What there is to scrape lies in one file for each host, so that hosts come and go alone. */
export function prometheusConfig(pace: number): object {
  const every = interval(pace);
  const files = (kind: string) => [{ files: [`${PLACES.targets}/*.${kind}.json`] }];
  const probe = (job: string, module: string) => ({
    job_name: job,
    metrics_path: "/probe",
    params: { module: [module] },
    file_sd_configs: files(job),
    relabel_configs: [
      { source_labels: ["__address__"], target_label: "__param_target" },
      { source_labels: ["__param_target"], target_label: "instance" },
      { target_label: "__address__", replacement: `127.0.0.1:${PORTS.blackbox}` },
    ],
  });
  return {
    global: { scrape_interval: every, scrape_timeout: every, evaluation_interval: every },
    rule_files: [`${PLACES.rules}/*.yml`],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${PORTS.alertmanager}`] }] }] },
    scrape_configs: [
      { job_name: "slipway-agent", file_sd_configs: files("slipway-agent") },
      { job_name: "node", file_sd_configs: files("node") },
      probe("ship-probe", "ship"),
      probe("certificate", "certificate"),
      { job_name: "prometheus", static_configs: [{ targets: [`127.0.0.1:${PORTS.prometheus}`] }] },
      { job_name: "alertmanager", static_configs: [{ targets: [`127.0.0.1:${PORTS.alertmanager}`] }] },
    ],
  };
}

/** How the monitoring host looks at ships: at the page every ship serves to a stranger, and at certificates. */
export function blackboxConfig(): object {
  return {
    modules: {
      ship: {
        prober: "http",
        timeout: "10s",
        http: { valid_status_codes: [200], preferred_ip_protocol: "ip4", follow_redirects: false },
      },
      // Its end is what is asked for here, whoever signed it; browsers judge the rest.
      certificate: { prober: "tcp", timeout: "10s", tcp: { tls: true, tls_config: { insecure_skip_verify: true } } },
    },
  };
}

export interface Watched {
  readonly host: string;
  /** As the monitoring host reaches it over the network. */
  readonly address: string;
  readonly ships: readonly ShipTarget[];
  /** It answers on 443 to the world, so there is a certificate to watch. */
  readonly https: boolean;
  /** The monitoring host itself: no tunnel. */
  readonly itself: boolean;
}

/** Files of what there is to scrape on a host, by what comes before `.json`. */
export function targetFiles(watched: Watched): ReadonlyMap<string, readonly object[]> {
  const { host, ships, address, https, itself } = watched;
  const at = (port: number) => `${itself ? "127.0.0.1" : loopbackOf(host)}:${port}`;
  const target = (where: string, labels: Readonly<Record<string, string>> = {}) => ({
    targets: [where],
    labels: { host, ...labels },
  });
  // By its name: a server with several certificates shows none to who names no site.
  const certificates = ships.flatMap(({ name, domain }) =>
    domain === undefined ? [] : [target(`${domain}:443`, { ship: name })],
  );
  return new Map([
    ["slipway-agent", [target(at(PORTS.agent))]],
    ["node", [target(at(PORTS.node))]],
    ["ship-probe", ships.map(({ name, httpPort }) => target(`http://${at(httpPort)}/~/login`, { ship: name }))],
    ["certificate", certificates.length > 0 || !https ? certificates : [target(`${address}:443`)]],
  ]);
}

/** Names of the secrets a receiver needs, and the files of the monitoring host they lie in. */
export function secretsOf(receivers: Monitor["receivers"]): ReadonlyMap<string, string> {
  return new Map(
    receivers.flatMap((receiver, index) =>
      receiver.secretFile === null ? [] : [[`${receiver.kind}-${index}`, receiver.secretFile] as const],
    ),
  );
}

const CREDENTIALS = "/run/credentials/slipway-alertmanager.service";

/** alertmanager.yml as a value. Secrets stand in it as the names of files only the daemon can read. */
export function alertmanagerConfig({ receivers, pace }: Monitor): object {
  const every = (seconds: number) => `${Math.max(1, Math.round(seconds / pace))}s`;
  const of = <K extends Monitor["receivers"][number]["kind"]>(kind: K) =>
    receivers.flatMap((receiver, index) =>
      receiver.kind === kind
        ? [
            {
              ...(receiver as Extract<Monitor["receivers"][number], { kind: K }>),
              secret: `${CREDENTIALS}/${kind}-${index}`,
            },
          ]
        : [],
    );
  const everybody = {
    name: "everybody",
    webhook_configs: of("webhook").map(({ url, secretFile, secret }) => ({
      url,
      send_resolved: true,
      ...(secretFile === null ? {} : { http_config: { authorization: { credentials_file: secret } } }),
    })),
    pagerduty_configs: of("pagerduty").map(({ url, secret }) => ({
      routing_key_file: secret,
      ...(url === null ? {} : { url }),
      severity: '{{ if eq .CommonLabels.severity "page" }}critical{{ else }}warning{{ end }}',
      description: "{{ .CommonLabels.alertname }}: {{ .CommonAnnotations.summary }}",
      details: { nonce: "{{ .CommonLabels.nonce }}", action: "{{ .CommonAnnotations.action }}" },
    })),
    email_configs: of("email").map(({ to, from, smarthost, user, secretFile, secret }) => ({
      to,
      from,
      smarthost,
      send_resolved: true,
      require_tls: secretFile !== null,
      ...(secretFile === null ? {} : { auth_username: user ?? from, auth_password_file: secret }),
    })),
  };
  return {
    route: {
      receiver: "everybody",
      group_by: ["alertname", "host", "ship", "nonce"],
      group_wait: every(15),
      group_interval: every(60),
      repeat_interval: every(4 * 3600),
    },
    receivers: [everybody],
    inhibit_rules: [
      // A host that is not heard of at all is one alert, not one for each of its ships.
      { source_matchers: ["alertname=TargetMissing"], target_matchers: ["alertname=~Slo.*"], equal: ["host"] },
    ],
  };
}
