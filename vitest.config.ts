import { defineConfig } from "vitest/config";

/**
 * Suites that need more than a plain machine: root and real hosts, or a runtime to hold against what we rely on; and the
 * package as users get it, which takes long to install.
 */
const SUITES: Readonly<Record<string, string>> = {
  hosts: "test/hosts",
  runtime: "test/conformance",
  package: "test/package",
};
const suite = SUITES[process.env.SLIPWAY_SUITE ?? ""];

export default defineConfig({
  test: {
    include: [`${suite ?? "test"}/**/*.test.ts`],
    exclude: suite === undefined ? Object.values(SUITES).map((folder) => `${folder}/**`) : [],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    // Hosts share two cores and one lab: their suites take turns.
    fileParallelism: suite === undefined,
  },
});
