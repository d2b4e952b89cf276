/** What every host hands to a handler beside its env. Hosts extend it (see `HostContext` in shared/runtime). */
export interface ExecutionContext {
  /** Keeps the invocation alive until the promise settles; the host awaits it before it stops. */
  waitUntil(promise: Promise<unknown>): void;
}

type Method = (...args: never[]) => unknown;

/** Another service seen from a handler: its `fetch`, and every public method as a promise. */
export type ServiceStub<T extends object> = {
  [K in keyof T as T[K] extends Method ? K : never]: T[K] extends (...args: infer A) => infer R
    ? (...args: A) => Promise<Awaited<R>>
    : never;
};
