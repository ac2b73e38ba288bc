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

/**
 * The server's configuration file. Paths are relative to `home.engine`, its working directory, so that socket paths stay
 * short wherever that lies. The server looks up its newest release at each start, and no setting turns that off: it is
 * only kept out of the log, where on a machine without the network it would look like the reason of every failure.
 */
export function serverConfig(): string {
  return `cluster-name = "${NODE}"
node-name = "${NODE}"
base-dir = "data"
listen-mode = "unix"
advertised-address = "unix:data/${NODE}/fabric.sock"
disable-telemetry = true
disable-prometheus = true
default-num-partitions = 4
log-format = "json"
log-filter = "warn,octocrab=off"
log-disable-ansi-codes = true
rocksdb-total-memory-size = "96.0 MiB"
default-journal-retention = "${RETENTION}"
default-idempotency-retention = "${RETENTION}"
default-workflow-completion-retention = "${RETENTION}"

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
