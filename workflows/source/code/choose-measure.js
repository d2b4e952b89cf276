/** What to do about an incident: the decision to write, and what follows when a person who was asked says nothing. */
export function chooseMeasure({ input, config }) {
  const { kind, subjectKind, count, windowSeconds, blocksToday } = input;
  const seen = `${count} in ${windowSeconds} s`;
  const blockSeconds = Math.min(config.longestBlockSeconds, config.blockSeconds * 4 ** blocksToday);
  const block = (reason, tell = []) => ({ decision: "block", seconds: blockSeconds, reason, tell });
  const ask = (reason) => ({ decision: "ask", reason });
  const limit = (reason, tell) => ({
    decision: "limit",
    limit: config.limitPerMinute,
    windowSeconds: 60,
    seconds: config.limitSeconds,
    reason,
    tell,
  });

  const choose = () => {
    if (subjectKind === "account")
      return ask(`Many addresses fail to sign in (${seen}); a block would keep its owner out, too.`);
    if (subjectKind === "address") {
      if (kind === "credential_stuffing") return block(`It tries many accounts (${seen}).`, ["operators"]);
      if (kind === "throttled") return limit(`It goes on far above its limit (${seen}).`, []);
      return block(`Its requests are refused again and again (${kind}, ${seen}).`);
    }
    if (kind === "throttled") return limit(`It goes on far above its limit (${seen}).`, ["owners"]);
    if (blocksToday > 0) return ask(`It was blocked ${blocksToday} times today and goes on (${kind}, ${seen}).`);
    return limit(`It asks for what it may not see (${kind}, ${seen}).`, ["owners", "operators"]);
  };

  const decision = choose();
  const isBlock = config.whenNobodyDecides === "block";
  const fallback = {
    ...(isBlock ? block("Nobody decided in time.") : { decision: "dismiss", reason: "Nobody decided in time." }),
    unlessDecided: true,
  };
  return { decision, fallback };
}
