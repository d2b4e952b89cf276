const FURTHEST_EDITS = 2;

/** The candidate that `word` was probably meant to be, or undefined when none is within two edits. */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const limit = Math.min(FURTHEST_EDITS, Math.floor(word.length / 3));
  return rank(word, candidates).find(({ edits }) => edits <= limit)?.candidate;
}

/** The candidates most like `word`, best first, at most `most`: those that contain it, and those up to half rewritten. */
export function nearest(word: string, candidates: readonly string[], most = 3): string[] {
  const limit = Math.floor(word.length / 2);
  return rank(word, candidates)
    .filter(({ candidate, edits }) => edits <= limit || (word.length > 2 && candidate.includes(word.toLowerCase())))
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

const rank = (word: string, candidates: readonly string[]): { candidate: string; edits: number }[] =>
  candidates
    .map((candidate) => ({ candidate, edits: countEdits(word.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((a, b) => a.edits - b.edits);

/** Levenshtein distance. */
function countEdits(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...from].entries()) {
    const current = [row + 1];
    for (let column = 1; column <= to.length; column++) {
      const substituted = (previous[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1);
      current.push(Math.min(substituted, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
