/** What to do about the caches: `action` is renew (forget and read anew), warm or none. Nothing is stale without us. */
export function decideCacheCare({ input, config }) {
  const { mostAnswers, leastRequests } = config;
  const percent = (share) => (share === null ? "none" : `${Math.round(share * 1000) / 10} %`);
  const none = (why, warnings = []) => ({ action: "none", result: { decision: "none", why, warnings, paths: [] } });
  const read = (action, tenantId, paths, why) => ({
    action,
    invalidate: { tenantId, keys: paths },
    warm: { tenantId, paths },
    result: { decision: action, why, warnings: [], tenantId, paths },
  });
  // What anybody may read is kept for nobody in particular, so nobody can ask for it in a tenant's name.
  const isTenants = ({ tenantId, path }) => tenantId !== "-" && path.startsWith("/v1/");

  if (input.routes) {
    const low = input.routes.filter(
      ({ hits, misses, hitRate, targetHitRate }) =>
        hits + misses["uri-miss"] + misses.stale + misses.bypass >= leastRequests && hitRate < targetHitRate,
    );
    return none(
      `${input.hits} of ${input.requests} requests were hits: ${percent(input.hitRate)}.`,
      low.map(
        ({ operationId, hitRate, targetHitRate }) =>
          `${operationId}: ${percent(hitRate)} of ${percent(targetHitRate)} wanted.`,
      ),
    );
  }

  if (input.share !== undefined) {
    const why = `${percent(input.share)} of all hits (about ${input.hits}) were of ${input.path}.`;
    return isTenants(input) ? read("warm", input.tenantId, [input.path], why) : none(why);
  }

  const { operationId, misses, hotKeys } = input;
  const why = `${operationId}: ${percent(input.hitRate)} of ${input.requests} requests were hits, ${percent(input.targetHitRate)} are wanted`;
  const known = hotKeys.filter(isTenants);
  const [hottest] = known;
  if (misses.bypass > misses.stale + misses["uri-miss"]) {
    return none(`${why}; processes kept nothing since they did not hear of changes: look at their connections.`);
  }
  if (!hottest) return none(`${why}; no answer is asked for often enough to be read ahead.`);
  const { tenantId } = hottest;
  const paths = known.filter((key) => key.tenantId === tenantId).map(({ path }) => path);
  return misses.stale >= misses["uri-miss"]
    ? read("renew", tenantId, paths.slice(0, mostAnswers), `${why}; most others had changed or were too old.`)
    : read("warm", tenantId, paths.slice(0, mostAnswers), `${why}; most others were not there.`);
}
