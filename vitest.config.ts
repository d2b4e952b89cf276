import { join } from "node:path";
import { defineConfig } from "vitest/config";

/**
 * One project per layer (docs/architecture.md, "Tests"). `unit` and `contract` need no service;
 * `postgres`, `redis` and `host` share one embedded PostgreSQL, `redis` starts Redis servers of its own; `browser` drives a Chromium
 * where there is one, `n8n` the real n8n.
 */
const layer = (name: string, include: string[], options: object = {}) => ({
  test: {
    name,
    include,
    environment: "node" as const,
    expect: { poll: { timeout: 10_000 } },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    ...options,
  },
});

/** `.ci/run` adds up what each run of vitest wrote here. */
const resultsDir = process.env.TEST_RESULTS_DIR;

const realPostgres = { globalSetup: ["tests/support/global-postgres.ts"] };

export default defineConfig({
  test: {
    reporters: resultsDir
      ? ["default", ["json", { outputFile: join(resultsDir, `${process.pid}.json`) }]]
      : ["default"],
    projects: [
      layer("unit", ["tests/unit/**/*.test.ts"]),
      layer("contract", ["tests/contract/**/*.test.ts"]),
      layer("functions", ["tests/functions/**/*.test.ts"], realPostgres),
      layer("postgres", ["tests/postgres/**/*.test.ts"], realPostgres),
      layer("redis", ["tests/redis/**/*.test.ts"], realPostgres),
      layer("host", ["tests/hosts/**/*.test.ts"], realPostgres),
      layer("workers", ["tests/workers/**/*.test.ts"], {
        ...realPostgres,
        testTimeout: 60_000,
        fileParallelism: false,
      }),
      layer("browser", ["tests/browser/**/*.test.ts"], { ...realPostgres, testTimeout: 60_000 }),
      layer("n8n", ["tests/n8n/**/*.test.ts"], {
        globalSetup: ["tests/support/global-postgres.ts", "tests/support/global-n8n.ts"],
        testTimeout: 120_000,
        hookTimeout: 600_000,
        fileParallelism: false,
      }),
    ],
  },
});
