/** One part of the cost of a span of time, such as a meter's in one function for one tenant. */
export interface CostCell {
  /** Names the part; the same in both spans. */
  key: string;
  /** Parts whose quantities can be added: the same unit. */
  pool: string;
  /** In units of 1e-15; null where it was not measured. */
  quantityFemto: bigint | null;
  /** In 1e-15 of the currency. */
  costFemto: bigint;
}

/** Why a cost changed. The four sum to `change` to the last unit, in each part and over all. */
export interface Effects {
  /** More or less was used, at the pool's average price before. */
  volumeFemto: bigint;
  /** What grew is dearer or cheaper than the pool's average. */
  mixFemto: bigint;
  /** A unit costs more or less than it did. */
  priceFemto: bigint;
  /** Of parts without a quantity: nothing says why. */
  unexplainedFemto: bigint;
}

export interface ExplainedCell extends Effects {
  key: string;
  pool: string;
  beforeFemto: bigint;
  afterFemto: bigint;
  changeFemto: bigint;
  quantityBeforeFemto: bigint | null;
  quantityAfterFemto: bigint | null;
}

export interface Decomposition extends Effects {
  beforeFemto: bigint;
  afterFemto: bigint;
  changeFemto: bigint;
  cells: ExplainedCell[];
}

/**
 * Splits the change of a cost into volume, mix and price. With q quantity, c cost, p = c/q, before 0 and after 1, and a
 * pool's sums in capitals, P0 = C0/Q0:
 *
 *     volume = (q1 − q0) P0      mix = (q1 − q0) (p0 − P0)      price = q1 (p1 − p0)
 *
 * Their sum is c1 − c0. Summed over a pool these are the sales-quantity, sales-mix and price variances of management
 * accounting (Horngren, Datar, Rajan, Cost Accounting, "Variance analysis"): (Q1 − Q0) P0, Q1 Σ (s1 − s0) p0 with
 * s = q/Q, and Σ q1 (p1 − p0). A part that is new has the pool's average as its price before; a pool that is new is
 * all volume. Each product is rounded once, to 1e-15, and enters two effects with opposite signs.
 */
export function decompose(before: readonly CostCell[], after: readonly CostCell[]): Decomposition {
  const pairs = pairUp(before, after);
  const pools = new Map<string, { quantity: bigint; cost: bigint }>();
  for (const { pool, quantityFemto, costFemto } of pairs.flatMap(({ before: cell }) => (cell ? [cell] : []))) {
    const sum = pools.get(pool) ?? { quantity: 0n, cost: 0n };
    if (quantityFemto !== null) {
      pools.set(pool, { quantity: sum.quantity + quantityFemto, cost: sum.cost + costFemto });
    }
  }
  const cells = pairs.map((pair) => explain(pair, pools.get(pair.pool)));
  const sum = (of: (cell: ExplainedCell) => bigint) => cells.reduce((total, cell) => total + of(cell), 0n);
  return {
    beforeFemto: sum((cell) => cell.beforeFemto),
    afterFemto: sum((cell) => cell.afterFemto),
    changeFemto: sum((cell) => cell.changeFemto),
    volumeFemto: sum((cell) => cell.volumeFemto),
    mixFemto: sum((cell) => cell.mixFemto),
    priceFemto: sum((cell) => cell.priceFemto),
    unexplainedFemto: sum((cell) => cell.unexplainedFemto),
    cells: cells.sort(byChange),
  };
}

interface Pair {
  key: string;
  pool: string;
  before: CostCell | undefined;
  after: CostCell | undefined;
}

function pairUp(before: readonly CostCell[], after: readonly CostCell[]): Pair[] {
  const idOf = ({ pool, key }: CostCell) => JSON.stringify([pool, key]);
  const pairs = new Map<string, Pair>();
  for (const cell of before) pairs.set(idOf(cell), { key: cell.key, pool: cell.pool, before: cell, after: undefined });
  for (const cell of after) {
    pairs.set(idOf(cell), { key: cell.key, pool: cell.pool, before: pairs.get(idOf(cell))?.before, after: cell });
  }
  return [...pairs.values()];
}

function explain(
  { key, pool, before, after }: Pair,
  poolBefore: { quantity: bigint; cost: bigint } | undefined,
): ExplainedCell {
  const [c0, c1] = [before?.costFemto ?? 0n, after?.costFemto ?? 0n];
  const quantityBeforeFemto = before === undefined ? 0n : before.quantityFemto;
  const quantityAfterFemto = after === undefined ? 0n : after.quantityFemto;
  const known = { key, pool, beforeFemto: c0, afterFemto: c1, changeFemto: c1 - c0 };
  const quantities = { quantityBeforeFemto, quantityAfterFemto };
  const effects = effectsOf(c0, c1, quantityBeforeFemto, quantityAfterFemto, poolBefore);
  return { ...known, ...quantities, ...effects };
}

function effectsOf(
  c0: bigint,
  c1: bigint,
  q0: bigint | null,
  q1: bigint | null,
  pool: { quantity: bigint; cost: bigint } | undefined,
): Effects {
  const none = { volumeFemto: 0n, mixFemto: 0n, priceFemto: 0n, unexplainedFemto: 0n };
  const hasCostWithoutQuantity = (q0 === 0n && c0 !== 0n) || (q1 === 0n && c1 !== 0n);
  if (q0 === null || q1 === null || hasCostWithoutQuantity) return { ...none, unexplainedFemto: c1 - c0 };
  if (pool === undefined || pool.quantity === 0n) return { ...none, volumeFemto: c1 - c0 };
  const volumeFemto = scale(q1 - q0, pool.cost, pool.quantity);
  const atPriceBefore = q0 === 0n ? volumeFemto : scale(q1, c0, q0);
  return { ...none, volumeFemto, mixFemto: atPriceBefore - c0 - volumeFemto, priceFemto: c1 - atPriceBefore };
}

/** quantity × cost ÷ per, rounded half away from zero. */
function scale(quantity: bigint, cost: bigint, per: bigint): bigint {
  const isNegative = (quantity < 0n !== cost < 0n) !== per < 0n;
  const [dividend, divisor] = [absolute(quantity * cost), absolute(per)];
  const magnitude = (2n * dividend + divisor) / (2n * divisor);
  return isNegative ? -magnitude : magnitude;
}

const absolute = (value: bigint): bigint => (value < 0n ? -value : value);

function byChange(a: ExplainedCell, b: ExplainedCell): number {
  const [x, y] = [absolute(a.changeFemto), absolute(b.changeFemto)];
  if (x !== y) return x > y ? -1 : 1;
  return `${a.pool}/${a.key}` < `${b.pool}/${b.key}` ? -1 : 1;
}
