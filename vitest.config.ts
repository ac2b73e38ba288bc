import { defineConfig } from "vitest/config";

/**
 * Suites that need more than a plain machine: root and real hosts, or a runtime to hold against what we rely on; and the
 * package as users get it, which takes long to install.
 */
const SUITES: Readonly<Record<string, string>> = {
  hosts: "test/hosts",
  qemu: "test/qemu",
  runtime: "test/conformance",
  package: "test/package",
};
const suite = SUITES[process.env.SLIPWAY_SUITE ?? ""];
/** A real runtime takes minutes for a first boot, and more on a busy machine. */
const timeout = suite === SUITES.runtime && process.env.SLIPWAY_VERE !== undefined ? 3_600_000 : 60_000;

export default defineConfig({
  test: {
    include: [`${suite ?? "test"}/**/*.test.ts`],
    exclude: suite === undefined ? Object.values(SUITES).map((folder) => `${folder}/**`) : [],
    globalSetup: suite === SUITES.runtime ? ["test/conformance/setup.ts"] : [],
    testTimeout: timeout,
    hookTimeout: timeout,
    pool: "forks",
    // Two files of host tests at a time: each has a lab of its own and waits for its hosts more than it works.
    ...(suite === "test/hosts" ? { maxWorkers: 2 } : { fileParallelism: suite === undefined }),
  },
});
