/** A handler's class: one object per invocation. */
export type HandlerClass = new (ctx: object, env: object) => object;
