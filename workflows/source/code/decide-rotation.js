const HOUR_MS = 3_600_000;

/** What to do about a signing key: `action` is publish, promote, retire or none. Without us each deadline holds by itself. */
export function decideRotation({ input, answer, config }) {
  const keys = answer.items;
  const nowMs = Date.parse(answer.now);
  const named = keys.find(({ id }) => id === input.keyId);
  const signing = keys.find(({ phase }) => phase === "signing");
  const published = keys.find(({ phase }) => phase === "published");
  const report = { keyId: input.keyId, step: input.step, phases: keys.map(({ id, phase }) => ({ id, phase })) };
  const warnings = warningsOf({ keys, signing, published, nowMs, config });
  const decide = (action, why) => ({
    action,
    isEarly: input.reason === "requested",
    result: { ...report, decision: action, why, warnings },
  });

  if (input.reason === undefined) return decide("none", `The step was taken: ${input.step}.`);
  if (input.step === "publish") {
    if (published) return decide("none", "A successor is published already.");
    if (input.reason === "requested") {
      const signsForHours = (nowMs - Date.parse(signing?.promotedAt ?? answer.now)) / HOUR_MS;
      if (signing && signsForHours < config.minHoursBetweenRotations) {
        return decide("none", `Refused: the key has signed for less than ${config.minHoursBetweenRotations} hours.`);
      }
      return decide("publish", `Approved for ${input.requestedBy}: ${input.note ?? "no reason was given"}.`);
    }
    return decide("publish", "Its deadline is near, and nothing speaks against it.");
  }
  if (input.step === "promote") {
    if (named?.phase !== "published") return decide("none", "It signs already, or is gone.");
    if (nowMs < Date.parse(named.promotableAt)) return decide("none", "Some verifier may not have it yet.");
    return decide("promote", "Every verifier has it.");
  }
  if (named?.phase !== "retired") return decide("none", "It is gone already.");
  return decide("retire", "No token of it holds any more.");
}

/** What an operator should look at. */
function warningsOf({ keys, signing, published, nowMs, config }) {
  const lateMs = config.lateMinutes * 60_000;
  const isLate = (instant) => instant != null && nowMs - Date.parse(instant) > lateMs;
  const warnings = [];
  if (!signing) warnings.push("No key signs.");
  else if (isLate(signing.retiresAt))
    warnings.push(`The key ${signing.id} should have been retired at ${signing.retiresAt}.`);
  if (published && isLate(published.promotesAt)) {
    warnings.push(`The key ${published.id} should sign since ${published.promotesAt}.`);
  }
  for (const { id, leavesAt } of keys.filter(({ phase }) => phase === "retired")) {
    if (isLate(leavesAt)) warnings.push(`The key ${id} should have left at ${leavesAt}.`);
  }
  return warnings;
}
