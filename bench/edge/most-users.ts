export interface Search {
  /** Where it begins. */
  from: number;
  /** Where it ends, whatever holds. */
  most: number;
  /** How near the answer comes to the first count that does not hold: 0.05 is within 5 %. */
  precision: number;
}

/**
 * The highest count that holds: doubled (or halved) from the first until the answer lies between two, then between them by
 * halves of their ratio. A count that does not hold is asked for twice, and the lowest of them once more in the end: when
 * it holds by then, the search goes on from there. 0: none holds.
 */
export async function searchMost(
  { from, most, precision }: Search,
  holds: (count: number) => Promise<boolean>,
): Promise<number> {
  let held = 0;
  let refused: number | undefined;
  const ask = async (count: number) => {
    if ((await holds(count)) || (await holds(count))) held = count;
    else refused = count;
  };

  for (let next = Math.min(from, most); held === 0 && next >= 1; next = Math.floor(next / 2)) await ask(next);
  if (held === 0) return 0;
  for (;;) {
    while (refused === undefined && held < most) await ask(Math.min(held * 2, most));
    while (refused !== undefined && refused / held > 1 + precision) {
      const middle = Math.round(Math.sqrt(held * refused));
      if (middle === held || middle === refused) break;
      await ask(middle);
    }
    if (refused === undefined || !(await holds(refused))) return held;
    held = refused;
    refused = undefined;
  }
}
