import { Service } from "#shared/raindrop/handlers.ts";

export default class extends Service<{ INNER_WORD: string }> {
  async add(a: number, b: number): Promise<number> {
    return a + b;
  }

  async fetch(request: Request): Promise<Response> {
    return new Response(`${this.env.INNER_WORD} ${new URL(request.url).pathname}`);
  }
}
