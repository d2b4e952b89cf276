import { describe, expect, it } from "vitest";
import {
  durableObjectGbSeconds,
  durableObjectRequests,
  gbMonthsOfDailyPeaks,
  gigabytes,
  httpApiRequests,
  lambdaGbSeconds,
  neonBranchMonths,
  neonCuHours,
  neonGbMonths,
  queueChunks,
  queueOperations,
  scheduledMessages,
  sqsRequests,
} from "#shared/costs/quantities.ts";

const GB = 1_000_000_000n;

describe("Cloudflare Queues", () => {
  it("counts messages of 65 KB and of 127 KB as two chunks each", () => {
    expect([65_000n, 127_000n].map(queueChunks)).toEqual([2n, 2n]);
  });

  it("counts the metadata: a body just below 64 KB is two chunks", () => {
    expect([0n, 1n, 63_900n, 63_901n, 64_000n, 127_900n, 127_901n].map(queueChunks)).toEqual([
      1n,
      1n,
      1n,
      2n,
      2n,
      2n,
      3n,
    ]);
  });

  it("makes the operations of the published examples", () => {
    const daily = { bodyBytes: 1_000n, writes: 30_000_000n, reads: 30_000_000n, deletes: 30_000_000n, deadLetters: 0n };
    expect(queueOperations(daily)).toBe("90000000");
    const each = 100_000_000n;
    expect(queueOperations({ bodyBytes: 127_000n, writes: each, reads: each, deletes: each, deadLetters: 0n })).toBe(
      "600000000",
    );
  });

  it("bills each retry as a read, and each dead letter as a write", () => {
    expect(queueOperations({ bodyBytes: 10n, writes: 1n, reads: 4n, deletes: 0n, deadLetters: 1n })).toBe("6");
  });
});

describe("QStash", () => {
  it("counts an hourly schedule of 30 days as 720 messages", () => {
    expect(scheduledMessages({ everyMinutes: 60n, days: 30n })).toBe("720");
  });

  it("refuses a schedule without an interval", () => {
    expect(() => scheduledMessages({ everyMinutes: 0n, days: 30n })).toThrow(RangeError);
  });
});

describe("Durable Objects", () => {
  it("counts 20 incoming WebSocket messages as one request", () => {
    expect(durableObjectRequests(0n, 100n)).toBe("5");
    expect(durableObjectRequests(150_000n, 72_000_000n)).toBe("3750000");
    expect(durableObjectRequests(100n, 259_200_000n)).toBe("12960100");
    expect(durableObjectRequests(10_000n, 432_000_000n)).toBe("21610000");
  });

  it("charges 128 MB for each active second", () => {
    expect(durableObjectGbSeconds(1_000_000n)).toBe("128000");
    expect(durableObjectGbSeconds(86_400_000n)).toBe("11059200");
    expect(durableObjectGbSeconds(259_200_000n)).toBe("33177600");
    expect(durableObjectGbSeconds(4_320_000n)).toBe("552960");
  });
});

describe("AWS", () => {
  it("makes a GB of 1024 MB for Lambda", () => {
    expect(lambdaGbSeconds(3_000_000n, 120n, 1536n)).toBe("540000");
    expect(lambdaGbSeconds(7_440_000n, 2000n, 1024n)).toBe("14880000");
  });

  it("counts SQS payloads in pieces of 64 KiB, and HTTP API calls in pieces of 512 KiB", () => {
    expect([0n, 65_536n, 65_537n, 262_144n].map(sqsRequests)).toEqual([1n, 1n, 2n, 4n]);
    expect([0n, 524_288n, 524_289n].map(httpApiRequests)).toEqual([1n, 1n, 2n]);
  });
});

describe("Neon", () => {
  it("makes CU-hours of CU-seconds", () => {
    expect(neonCuHours(500_000n)).toBe("138.8888888888888888888888888889");
  });

  it("has months of 744 hours and decimal gigabytes", () => {
    expect(neonGbMonths(1_488_000_000_000n)).toBe("2");
    expect(neonGbMonths(2_500_000_000_000n).slice(0, 6)).toBe("3.3602");
  });

  it("bills branch-hours above each bucket's own allowance", () => {
    const day = { hours: 24n, branchesPerProject: 10n };
    expect(neonBranchMonths([{ ...day, branchHours: 288n }]).slice(0, 7)).toBe("0.09677");
    expect(
      neonBranchMonths([
        { ...day, branchHours: 216n + 744n },
        { ...day, branchHours: 0n },
      ]),
    ).toBe("1");
  });
});

describe("gigabytes", () => {
  it("averages daily peaks over 30 days", () => {
    const published = [...Array<bigint>(5).fill(1n * GB), ...Array<bigint>(25).fill(3n * GB)];
    expect(gbMonthsOfDailyPeaks(published).slice(0, 4)).toBe("2.66");
    expect(gbMonthsOfDailyPeaks(Array<bigint>(30).fill(GB))).toBe("1");
  });

  it("are decimal or binary as the meter says", () => {
    expect(gigabytes(1_500_000_000n, "decimal")).toBe("1.5");
    expect(gigabytes(1_073_741_824n, "binary")).toBe("1");
  });
});
