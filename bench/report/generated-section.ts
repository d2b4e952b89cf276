const begin = (name: string): string => `<!-- ${name}: what follows is written by it -->`;
const end = (name: string): string => `<!-- ${name}: until here -->`;

/**
 * The text with what stands between the two markers of a name replaced.
 * @throws when a marker is missing, or stands there twice
 */
export function replaceSection(text: string, name: string, lines: readonly string[]): string {
  const [from, to] = [begin(name), end(name)].map((marker) => {
    const [before, after, ...more] = text.split(marker);
    if (before === undefined || after === undefined || more.length > 0)
      throw new Error(
        `The line "${marker}" must stand there once. Write both markers of ${name} where its figures belong.`,
      );
    return before.length;
  }) as [number, number]; // safe: of two markers
  if (to < from) throw new Error(`The markers of ${name} stand in the wrong order.`);
  return [text.slice(0, from + begin(name).length), "", ...lines, "", text.slice(to)].join("\n");
}
