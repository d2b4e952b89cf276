/** The words of a comma-separated setting. */
export const wordsOf = (setting) =>
  setting
    .split(",")
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== "");

/** Those of `words` that stand in the text as whole words. */
export function findWords(text, words) {
  const spaced = ` ${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ")} `;
  return words.filter((word) => spaced.includes(` ${word} `));
}
