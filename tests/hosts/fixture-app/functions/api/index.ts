import type { ServiceStub } from "#shared/raindrop/context.ts";
import { Service } from "#shared/raindrop/handlers.ts";
import type { KvCache } from "#shared/raindrop/kv-cache.ts";
import type { Queue } from "#shared/raindrop/queue.ts";
import type Inner from "../inner/index.ts";

interface Env {
  GREETING: string;
  INNER: ServiceStub<Inner> & { absent(): Promise<unknown> };
  JOBS: Queue;
  BATCHES: Queue;
  NOTES: KvCache;
}

/** One route for each thing that a test asks of the host. */
export default class extends Service<Env> {
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const [, what = "", argument = ""] = pathname.split("/");
    switch (what) {
      case "greet":
        return new Response(this.env.GREETING);
      case "slow":
        await new Promise((resolve) => setTimeout(resolve, Number(argument)));
        return new Response("done");
      case "throw":
        throw new Error("the handler broke");
      case "inner":
        return Response.json({
          added: await this.env.INNER.add(2, 3),
          fetched: await (await this.env.INNER.fetch(new Request("http://inner/here"))).text(),
          absent: await this.env.INNER.absent().catch((error: Error) => error.message),
        });
      case "jobs":
        await this.env.JOBS.send(await request.json());
        return new Response(null, { status: 202 });
      case "batches":
        await this.env.BATCHES.sendBatch(((await request.json()) as unknown[]).map((body) => ({ body }))); // safe: the tests send lists
        return new Response(null, { status: 202 });
      case "notes":
        return Response.json(await this.env.NOTES.get(argument, "json"));
      default:
        return new Response(null, { status: 404 });
    }
  }
}
