import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engineIdentity } from "../../../src/run/engine/identity.ts";
import { serverBinary } from "../../../src/run/engine/site.ts";
import { until } from "./ground.ts";

export interface Cluster {
  readonly env: NodeJS.ProcessEnv;
  readonly adminUrl: string;
  readonly ingressUrl: string;
  /** The public half of the key it signs its requests with. */
  readonly identity: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** An engine as a larger site would run it: started by somebody else, with its own configuration, on TCP ports. */
export async function startCluster(): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-cluster-"));
  const [ingress, admin, node] = await Promise.all([freePort(), freePort(), freePort()]);
  const identity = await engineIdentity(join(folder, "own.pem"));
  writeFileSync(
    join(folder, "site.toml"),
    `cluster-name = "big-site"
node-name = "one"
base-dir = "data"
bind-address = "127.0.0.1:${node}"
advertised-address = "http://127.0.0.1:${node}"
disable-telemetry = true
log-filter = "warn"
rocksdb-total-memory-size = "96.0 MiB"

[ingress]
bind-address = "127.0.0.1:${ingress}"

[admin]
bind-address = "127.0.0.1:${admin}"

[worker.invoker]
request-identity-private-key-pem-file = "own.pem"
http2-keep-alive-interval = "2s"
http2-keep-alive-timeout = "2s"
`,
  );
  const binary = serverBinary();
  if (!binary.ok) throw new Error(binary.failure.what);
  const child: ChildProcess = spawn(binary.value, ["--no-logo", "--config-file", "site.toml"], {
    cwd: folder,
    stdio: "ignore",
  });
  const [adminUrl, ingressUrl] = [`http://127.0.0.1:${admin}`, `http://127.0.0.1:${ingress}`];
  const healthy = (url: string) =>
    fetch(url).then(
      (answer) => (answer.ok ? true : null),
      () => null,
    );
  await until(() => healthy(`${adminUrl}/health`), "the cluster's admin port");
  await until(() => healthy(`${ingressUrl}/restate/health`), "the cluster's ingress");
  return {
    env: { SLIPWAY_ENGINE_URL: ingressUrl, SLIPWAY_ENGINE_ADMIN_URL: adminUrl, SLIPWAY_ENGINE_IDENTITY: identity },
    adminUrl,
    ingressUrl,
    identity,
    pid: child.pid ?? 0,
    stop: async () => {
      const gone = new Promise((resolve) => child.on("close", resolve));
      child.kill("SIGKILL");
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
