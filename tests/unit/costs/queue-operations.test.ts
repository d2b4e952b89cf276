import { expect, it } from "vitest";
import { queueOperations } from "#shared/costs/queue-operations.ts";

it("counts a write, a read and a deletion of each 64 KB, a read for each retry, and a write more for a dead letter", () => {
  expect(queueOperations(100, 1, "ack")).toBe(3);
  expect(queueOperations(63_900, 1, "ack")).toBe(3);
  expect(queueOperations(63_901, 1, "ack")).toBe(6); // with 100 bytes of metadata it is two chunks
  expect(queueOperations(100, 1, "retry") + queueOperations(100, 2, "retry") + queueOperations(100, 3, "ack")).toBe(5);
  expect(queueOperations(100, 1, "retry") + queueOperations(100, 2, "dead")).toBe(5);
});
