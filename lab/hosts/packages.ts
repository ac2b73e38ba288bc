import { execFileSync, spawnSync } from "node:child_process";

/** Debian packages the lab is made with: nspawn, the base system's builder, the way in. */
const NEEDED = ["systemd-container", "mmdebstrap", "iproute2", "openssh-client", "socat", "util-linux", "procps"];

/** Installs what is missing. Root only; says so otherwise. */
export function installPackages(names: readonly string[] = NEEDED): void {
  if (process.getuid?.() !== 0)
    throw new Error("the lab needs root: it makes network namespaces, mounts and containers");
  const missing = names.filter((name) => !installed(name));
  if (missing.length === 0) return;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  execFileSync("apt-get", ["update", "-qq"], { env, stdio: "ignore" });
  execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...missing], {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

function installed(name: string): boolean {
  const { stdout } = spawnSync("dpkg-query", ["-W", "-f", "$" + "{db:Status-Status}", name], { encoding: "utf8" });
  return stdout === "installed";
}
