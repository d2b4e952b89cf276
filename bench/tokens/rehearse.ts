import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { TokenTimings } from "#shared/tokens/timings.ts";
import { type Child, startChild } from "../processes/child.ts";
import type { HostApi } from "./host-process.ts";
import { percentile } from "./percentile.ts";
import { createVerifier, type FailedVerification, type Verifier } from "./verifier.ts";

const HOSTS = 2;
const VERIFIERS = 6;
const ISSUERS = 4;
/** Between two tokens of an issuer. */
const PAUSE_MS = 20;
const TICK_MS = 50;
/** A token is verified once more so long before it ends. */
const BEFORE_END_MS = 250;
const ISSUER = "http://rehearsal.rainwire.test";

/**
 * The deployment's timings with a compressed clock: 5 minutes of `max-age` become the second that the header can say,
 * and everything else shrinks with it.
 */
export const COMPRESSED: Partial<TokenTimings> = {
  accessMs: 3_000,
  jwksMaxAgeMs: 1_000,
  jwksSharedMs: 0,
  ringMaxAgeMs: 300,
  skewMs: 200,
  signingMs: 2_500,
  publishAheadMs: 1_600,
  announceAheadMs: 0,
  approvalMs: 100,
};

export interface RehearsalOptions {
  /** A database of its own, empty. */
  readonly databaseUrl: string;
  readonly rotations: number;
  /** More than 1 plants a fault: verifiers that keep keys for longer than they may. */
  readonly holdFactor?: number;
  readonly onRotation?: (done: number) => void;
}

export interface RehearsalFigures {
  readonly rotations: number;
  readonly seconds: number;
  readonly issued: number;
  /** By verifiers with a JWKS that they keep, when the token was new and just before its end. */
  readonly verified: number;
  readonly jwksReads: number;
  /** Requests to the API of another host than the issuing one. */
  readonly apiCalls: number;
  readonly keysUsed: number;
  /** Asked for while the token held, and answered after its end, by a machine too busy: counted neither way. */
  readonly late: number;
  readonly issueMs: { readonly p50: number; readonly p99: number };
  readonly failed: readonly FailedVerification[];
}

/** Plays rotations under load: real hosts issue and verify, verifiers keep their JWKS as long as they may. */
export async function rehearse({
  databaseUrl,
  rotations,
  holdFactor,
  onRotation,
}: RehearsalOptions): Promise<RehearsalFigures> {
  const hosts: Child<HostApi>[] = [];
  const opened: { url: string; apiKey: string | undefined }[] = [];
  try {
    const env = { DATABASE_URL: databaseUrl, PUBLIC_URL: ISSUER, RAINWIRE_SECRET: crypto.randomUUID() };
    for (let i = 0; i < HOSTS; i++) {
      const host = startChild<HostApi>(join(import.meta.dirname, "host-process.ts"));
      hosts.push(host);
      opened.push(await host.ask("open", { env, timings: COMPRESSED }));
    }
    const apiKey = opened.find((one) => one.apiKey !== undefined)?.apiKey;
    if (apiKey === undefined) throw new Error("The database was not empty: no host made the first account.");
    const urls = opened.map(({ url }) => url);
    const verifiers = Array.from({ length: VERIFIERS }, (_, i) =>
      createVerifier(`${urls[i % HOSTS]}/auth/.well-known/jwks.json`, ISSUER, holdFactor),
    );
    const load = startLoad(urls, apiKey, verifiers);
    const startedMs = performance.now();
    const done = await rotate(hosts, rotations, () => load.failed.length, onRotation);
    const seconds = (performance.now() - startedMs) / 1000;
    await load.stop();
    return {
      rotations: done,
      seconds,
      issued: load.issueMs.length,
      verified: load.verified,
      jwksReads: verifiers.reduce((sum, { reads }) => sum + reads, 0),
      apiCalls: load.apiCalls,
      keysUsed: load.kids.size,
      late: load.late,
      issueMs: { p50: percentile(load.issueMs, 50), p99: percentile(load.issueMs, 99) },
      failed: load.failed,
    };
  } finally {
    await Promise.allSettled(opened.map((_, i) => hosts[i]?.ask("close")));
    await Promise.all(hosts.map((host) => host.end()));
  }
}

/** Ticks until there were enough rotations; hosts take turns, sometimes two at a time. */
async function rotate(
  hosts: readonly Child<HostApi>[],
  rotations: number,
  failures: () => number,
  onRotation?: (done: number) => void,
): Promise<number> {
  const deadlineMs = performance.now() + 60_000 + rotations * 20_000;
  let done = 0;
  while (done < rotations && failures() < 100) {
    if (performance.now() > deadlineMs) break;
    const steps = (await Promise.all(hosts.map((host) => host.ask("rotate")))).flat();
    // Two hosts that tick at once both find the promotion done: it is one.
    if (steps.includes("promote")) {
      done += 1;
      onRotation?.(done);
    }
    await delay(TICK_MS);
  }
  return done;
}

function startLoad(urls: readonly string[], apiKey: string, verifiers: readonly Verifier[]) {
  const load = {
    issueMs: [] as number[],
    verified: 0,
    apiCalls: 0,
    late: 0,
    failed: [] as FailedVerification[],
    kids: new Set<string>(),
    stop: async () => {
      isStopped = true;
      await Promise.all(issuers);
      await Promise.all(later);
    },
  };
  let isStopped = false;
  const later = new Set<Promise<void>>();

  const fail = (why: string) => load.failed.push({ why, kid: "", atMs: performance.now() });

  async function verifyEverywhere(token: string, apiUrl: string, endsAtMs: number): Promise<void> {
    const hasEnded = () => Date.now() >= endsAtMs;
    await Promise.all(
      verifiers.map(async (verifier) => {
        const failure = hasEnded() ? undefined : await verifier.verify(token);
        if (hasEnded()) load.late += 1;
        else if (failure) load.failed.push(failure);
        else load.verified += 1;
      }),
    );
    if (hasEnded()) return;
    const response = await fetch(`${apiUrl}/v1/goals?limit=1`, { headers: { authorization: `Bearer ${token}` } });
    await response.arrayBuffer();
    if (hasEnded()) load.late += 1;
    else if (response.status === 200) load.apiCalls += 1;
    else fail(`the API answered ${response.status}`);
  }

  async function issue(n: number): Promise<void> {
    for (let i = n; !isStopped; i++) {
      const [url = "", other = ""] = [urls[i % urls.length], urls[(i + 1) % urls.length]];
      const startedMs = performance.now();
      const response = await fetch(`${url}/auth/v1/tokens`, {
        method: "POST",
        headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
        body: '{"scopes":["goals:read"]}',
      });
      const body = (await response.json()) as { accessToken: string }; // safe: checked by its status
      if (response.status !== 201) {
        fail(`issuing was answered ${response.status}`);
        continue;
      }
      load.issueMs.push(performance.now() - startedMs);
      const [head = "", payload = ""] = body.accessToken
        .split(".")
        .map((part) => Buffer.from(part, "base64url").toString());
      load.kids.add((JSON.parse(head) as { kid: string }).kid); // safe: ours
      const endsAtMs = (JSON.parse(payload) as { exp: number }).exp * 1000; // safe: ours
      await verifyEverywhere(body.accessToken, other, endsAtMs);
      const again = delay(Math.max(0, endsAtMs - BEFORE_END_MS - Date.now())).then(() =>
        verifyEverywhere(body.accessToken, url, endsAtMs),
      );
      const settled: Promise<void> = again
        .catch((error: unknown) => {
          fail(String(error));
        })
        .then(() => {
          later.delete(settled);
        });
      later.add(settled);
      await delay(PAUSE_MS);
    }
  }

  const issuers = Array.from({ length: ISSUERS }, (_, n) => issue(n));
  return load;
}
