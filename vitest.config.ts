import { defineConfig } from "vitest/config";

const root = ["test/hosts/**", "test/conformance/**"];

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: process.env.SLIPWAY_SUITE === "hosts" ? [] : root,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
  },
});
