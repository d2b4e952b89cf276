import { expect, it } from "vitest";
import { createEndpointGate } from "#shared/webhooks/endpoint-gate.ts";

const never = new AbortController().signal;

it("lets sixteen through at first, and one more for each answer, up to sixty-four", () => {
  const gate = createEndpointGate();
  expect(gate.room("a")).toBe(16);
  for (let i = 0; i < 100; i++) {
    expect(gate.enter("a", i, never)).toBe(i);
    gate.leave("a", i, "answered", i);
  }
  expect(gate.room("a")).toBe(64);
  expect(gate.room("b")).toBe(16);
});

it("halves with each failure, and lets one through to an endpoint that hangs", () => {
  const gate = createEndpointGate();
  const fail = (ending: "failed" | "hung") => {
    gate.enter("a", 0, never);
    gate.leave("a", 0, ending, 0);
    return gate.room("a");
  };
  expect([fail("failed"), fail("failed"), fail("hung"), fail("failed")]).toEqual([8, 4, 1, 1]);
});

it("hands a slot that is left to who waits first, and to nobody who has given up", async () => {
  const gate = createEndpointGate();
  for (let i = 0; i < 16; i++) gate.enter("a", i, never);
  const [impatient, patient] = [new AbortController(), new AbortController()];
  const first = gate.enter("a", 100, impatient.signal);
  const second = gate.enter("a", 101, patient.signal);
  impatient.abort();
  expect(await first).toBeUndefined();
  gate.leave("a", 0, "failed", 200); // eight, and fifteen are in flight
  expect(gate.room("a")).toBe(0);
  for (let i = 1; i < 9; i++) gate.leave("a", i, "answered", 300);
  expect(await second).toBe(300);
});

it("says when a request has been in flight for too long", () => {
  const gate = createEndpointGate();
  expect(gate.isSlow("a", 1_000, 400)).toBe(false);
  gate.enter("a", 1_000, never);
  expect(gate.isSlow("a", 1_400, 400)).toBe(false);
  expect(gate.isSlow("a", 1_401, 400)).toBe(true);
  gate.leave("a", 1_000, "answered", 1_402);
  expect(gate.isSlow("a", 9_999, 400)).toBe(false);
});

it("does not count the wait for a slot", async () => {
  const gate = createEndpointGate();
  for (let i = 0; i < 16; i++) gate.enter("a", 1_000, never);
  const waiting = gate.enter("a", 1_000, never);
  for (let i = 0; i < 16; i++) gate.leave("a", 1_000, "answered", 2_000);
  expect(await waiting).toBe(2_000);
  expect(gate.isSlow("a", 2_400, 400)).toBe(false);
});
