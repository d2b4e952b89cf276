import { readFileSync } from "node:fs";
import { z } from "zod";
import { hasRedisServer } from "#tests/support/redis-server.ts";

/** Adds up vitest's JSON reports and prints `N passed, N failed`; exits 1 when a suite did not even report. */
const Report = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numFailedTestSuites: z.int(),
  success: z.boolean(),
});

const reports = process.argv.slice(2).map((file) => Report.parse(JSON.parse(readFileSync(file, "utf8"))));
const sum = (count: (report: z.infer<typeof Report>) => number) =>
  reports.reduce((total, report) => total + count(report), 0);
const passed = sum((report) => report.numPassedTests);
// A file that fails to load fails no test: it counts as one.
const failed = sum((report) => report.numFailedTests || (report.success ? 0 : 1));
const missing = Math.max(0, 2 - reports.length);
const redis = hasRedisServer() ? "" : " (Redis played by js-redis-server, since no redis-server is installed)";
console.log(`${passed} passed, ${failed + missing} failed${redis}`);
if (failed + missing > 0 || passed === 0) process.exitCode = 1;
