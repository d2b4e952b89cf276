import { createTraceBuilder, type Trace } from "./trace.ts";

const REQUESTS = 300_000;

/** Made-up traces of known kinds. They show how a policy behaves, not what real users do. */
export function syntheticTraces(random: () => number): Trace[] {
  const below = (count: number): number => Math.floor(random() * count);
  const zipf = (count: number, skew: number): (() => number) => {
    const sums = new Float64Array(count);
    let sum = 0;
    for (let i = 0; i < count; i++) {
      sum += 1 / (i + 1) ** skew;
      sums[i] = sum;
    }
    return () => {
      const at = random() * sum;
      let [low, high] = [0, count - 1];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((sums[middle] ?? 0) < at) low = middle + 1;
        else high = middle;
      }
      return low;
    };
  };
  const trace = (name: string, next: (i: number) => string): Trace => {
    const builder = createTraceBuilder(`synthetic: ${name}`);
    for (let i = 0; i < REQUESTS; i++) builder.add(next(i));
    return builder.build();
  };

  const popular = zipf(20_000, 0.9);
  const flat = zipf(20_000, 0.7);
  const beside = zipf(10_000, 0.8);
  const shifting = zipf(10_000, 1);
  const newest = (alpha: number): number => Math.floor(random() ** (-1 / alpha)) - 1;
  let scanned = 0;
  let appended = 0;
  return [
    trace("zipf 0.9", () => `k${popular()}`),
    trace("zipf 0.7", () => `k${flat()}`),
    trace("zipf 0.9 and scans", (i) => (i % 5_000 < 3_000 ? `k${popular()}` : `s${scanned++ % 20_000}`)),
    trace("zipf 0.9 and keys asked for once", () => (random() < 0.5 ? `k${popular()}` : `o${scanned++}`)),
    trace("a loop", (i) => `k${i % 8_000}`),
    trace("a loop and zipf 0.8", (i) => (i % 2 === 0 ? `l${(i / 2) % 6_000}` : `k${beside()}`)),
    trace("popularity that shifts", (i) => `k${(shifting() + Math.floor(i / 20)) % 30_000}`),
    trace("mostly what is new", () => {
      if (random() < 0.2) appended += 1;
      return `k${Math.max(0, appended - newest(0.6))}`;
    }),
    trace("an index, new rows and a scan", () => {
      const at = random();
      if (at < 0.4) return `i${beside()}`;
      if (at < 0.6) return `r${Math.floor(appended++ / 8)}`;
      if (at < 0.85) return `r${Math.max(0, Math.floor((appended - 20 * newest(0.8)) / 8))}`;
      return `s${scanned++ % 40_000}`;
    }),
    trace("objects that come and go", () => (random() < 0.2 ? `o${scanned++}` : `k${shifting()}-${below(3)}`)),
  ];
}
