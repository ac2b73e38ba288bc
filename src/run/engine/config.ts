import { join } from "node:path";
import type { Home } from "../home.ts";

const NODE = "slipway";

/** Evidence and approvals must outlive the work they were for; the engine's own default is one day. */
const RETENTION = "90d";

/** The engine listens on Unix sockets only: whoever cannot enter the state directory (0700) cannot reach it. */
export function engineSockets(home: Home): { readonly ingress: string; readonly admin: string } {
  const folder = join(home.engine, "data", NODE);
  return { ingress: join(folder, "ingress.sock"), admin: join(folder, "admin.sock") };
}

export function identityFile(home: Home): string {
  return join(home.engine, "identity.pem");
}

/** The server's configuration file. Paths are relative to `home.engine`, its working directory, so that socket paths stay short. */
export function serverConfig(): string {
  return `cluster-name = "${NODE}"
node-name = "${NODE}"
base-dir = "data"
listen-mode = "unix"
disable-telemetry = true
disable-prometheus = true
default-num-partitions = 4
log-format = "json"
log-filter = "warn"
log-disable-ansi-codes = true
rocksdb-total-memory-size = "96.0 MiB"
default-journal-retention = "${RETENTION}"
default-idempotency-retention = "${RETENTION}"
default-workflow-completion-retention = "${RETENTION}"

[default-retry-policy]
initial-interval = "100ms"
exponentiation-factor = 2.0
max-interval = "5s"
max-attempts = 1000000
on-max-attempts = "pause"

[admin]
disable-web-ui = true

[bifrost]
record-cache-memory-size = "16.0 MiB"

[worker]
data-service-memory-limit = "32.0 MiB"

[worker.invoker]
request-identity-private-key-pem-file = "identity.pem"
memory-limit = "128.0 MiB"
inactivity-timeout = "10m"
abort-timeout = "10m"
http2-keep-alive-interval = "5s"
http2-keep-alive-timeout = "5s"
`;
}
