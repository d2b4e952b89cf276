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
 * halves of their ratio. A count that does not hold is asked for twice. 0: none holds.
 */
export async function searchMost(
  { from, most, precision }: Search,
  holds: (count: number) => Promise<boolean>,
): Promise<number> {
  const holdsAtLast = async (count: number) => (await holds(count)) || (await holds(count));
  let held = 0;
  let next = Math.min(from, most);
  let refused: number | undefined;
  while (next >= 1 && (held === 0 || refused === undefined)) {
    if (await holdsAtLast(next)) {
      held = next;
      if (next === most) return most;
      next = Math.min(next * 2, most);
    } else {
      refused = next;
      next = Math.floor(next / 2);
    }
  }
  while (held > 0 && refused !== undefined && refused / held > 1 + precision) {
    const middle = Math.round(Math.sqrt(held * refused));
    if (middle === held || middle === refused) break;
    if (await holdsAtLast(middle)) held = middle;
    else refused = middle;
  }
  return held;
}
