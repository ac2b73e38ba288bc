import { execFileSync, spawnSync } from "node:child_process";

/** Debian packages the lab is made with: nspawn, the base system's builder, the way in. */
const NEEDED = ["systemd-container", "mmdebstrap", "iproute2", "openssh-client", "socat", "util-linux", "procps"];

const LOCK = "/run/lock/slipway-lab-packages.lock";

/** Installs what is missing, one process at a time: apt-get does not wait for another. Root only; says so otherwise. */
export function installPackages(names: readonly string[] = NEEDED): void {
  if (process.getuid?.() !== 0)
    throw new Error("the lab needs root: it makes network namespaces, mounts and containers");
  const missing = names.filter((name) => !installed(name));
  if (missing.length === 0) return;
  const install = `apt-get update -qq >/dev/null 2>&1; apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" >/dev/null`;
  execFileSync("flock", [LOCK, "sh", "-c", install, "sh", ...missing], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdio: ["ignore", "ignore", "inherit"],
  });
}

function installed(name: string): boolean {
  const { stdout } = spawnSync("dpkg-query", ["-W", "-f", "$" + "{db:Status-Status}", name], { encoding: "utf8" });
  return stdout === "installed";
}
