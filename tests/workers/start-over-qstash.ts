import { type QstashDouble, qstashDouble } from "#tests/support/qstash-double.ts";
import { PUBLIC_URL, type RunningWorkers, type StartOptions, startWorkers } from "./start-workers.ts";

export const SIGNING_KEYS = { current: "sig_the-current-key-of-the-tests", next: "sig_the-next-key-of-the-tests" };
const TOKEN = "a token of QStash";

/** Workers whose queues QStash carries, with the double between that delivers to them. */
export interface WorkersOverQstash extends RunningWorkers {
  readonly qstash: QstashDouble;
}

/** @param lose whether the answer to a delivery is lost on its way back */
export async function startOverQstash(
  options: StartOptions,
  lose: (url: string) => boolean = () => false,
): Promise<WorkersOverQstash> {
  let workers: RunningWorkers | undefined;
  const qstash = await qstashDouble({
    token: TOKEN,
    signingKey: SIGNING_KEYS.current,
    retryS: 0.5,
    async post(url, { method = "POST", headers, body }) {
      const own = { method, headers: headers as Record<string, string>, body: String(body) }; // safe: the double's own
      const answer = await workers?.fetch(url.slice(PUBLIC_URL.length), own);
      if (!answer || lose(url)) throw new Error("the connection broke");
      return answer;
    },
  });
  workers = await startWorkers({
    ...options,
    vars: { QUEUES: "qstash", QSTASH_URL: qstash.baseUrl, ...options.vars },
    secrets: {
      QSTASH_TOKEN: TOKEN,
      QSTASH_CURRENT_SIGNING_KEY: SIGNING_KEYS.current,
      QSTASH_NEXT_SIGNING_KEY: SIGNING_KEYS.next,
    },
  });
  const { close } = workers;
  return Object.assign(workers, {
    qstash,
    async close() {
      await qstash.close();
      await close();
    },
  });
}
