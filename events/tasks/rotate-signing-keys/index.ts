import { Task } from "#shared/raindrop/handlers.ts";
import { openContext } from "#shared/runtime/open-context.ts";
import { rotateSigningKeys, sweepTokens } from "#shared/tokens/rotate-signing-keys.ts";
import type { Env } from "./raindrop.gen.ts";

/** Takes the steps of a rotation whose deadline has come, announces those that may be taken early, and sweeps. */
export default class extends Task<Env> {
  async handle(): Promise<void> {
    const ctx = openContext(this.ctx);
    for (const step of await rotateSigningKeys(ctx, ctx.causedBy("system:rotate-signing-keys"))) {
      ctx.log.info("a signing key took a step", { step: step.do, key: "keyId" in step ? step.keyId : null });
    }
    await sweepTokens(ctx.db);
  }
}
