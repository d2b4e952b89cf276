import { join } from "node:path";
import { hashPassword } from "better-auth/crypto";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { COMPATIBILITY_DATE, COMPATIBILITY_FLAGS } from "#hosts/workers/compatibility.ts";

/** What one password hash costs on workerd and on Node, and what another request waits meanwhile. */
const ROUNDS = 30;

const median = (samples: number[]): number => samples.sort((a, b) => a - b)[Math.floor(samples.length / 2)] ?? 0;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

async function repeated(work: () => Promise<unknown>): Promise<number> {
  const samples: number[] = [];
  for (let i = 0; i < ROUNDS; i++) samples.push(await timed(work));
  return median(samples);
}

/** How long `work` takes while `load` is under way. */
async function beside(load: () => Promise<unknown>, work: () => Promise<unknown>): Promise<number> {
  const samples: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const underWay = load();
    samples.push(await timed(work));
    await underWay;
  }
  return median(samples);
}

const { outputFiles } = await build({
  entryPoints: [join(import.meta.dirname, "hasher.ts")],
  bundle: true,
  format: "esm",
  platform: "browser",
  conditions: ["workerd", "worker", "browser"],
  external: ["node:*"],
  write: false,
});
const miniflare = new Miniflare({
  cf: false,
  port: 0,
  modules: [{ type: "ESModule", path: "hasher.js", contents: outputFiles[0]?.text ?? "" }],
  compatibilityDate: COMPATIBILITY_DATE,
  compatibilityFlags: COMPATIBILITY_FLAGS,
});
const origin = await miniflare.ready;
const ask = async (path: string) => await (await fetch(new URL(path, origin))).text();

await ask("/hash");
const plainMs = await repeated(() => ask("/"));
const hashMs = await repeated(() => ask("/hash"));
const besideMs = await beside(
  () => ask("/hash"),
  () => ask("/"),
);
await miniflare.dispose();

const hashOnNode = () => hashPassword("correct horse battery staple");
const nodeMs = await repeated(hashOnNode);
const turnMs = await beside(hashOnNode, () => new Promise((resolve) => setTimeout(resolve, 1)));

const ms = (value: number) => `${value.toFixed(1)} ms`;
console.log(`workerd: one hash ${ms(hashMs - plainMs)}; a plain request ${ms(plainMs)}, beside a hash ${ms(besideMs)}`);
console.log(`Node:    one hash ${ms(nodeMs)}, in libuv's pool; a timer of 1 ms beside it takes ${ms(turnMs)}`);
