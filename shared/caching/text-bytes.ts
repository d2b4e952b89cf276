/** What a text takes in memory: an engine keeps a byte a character while all of them are Latin-1, else two. */
export function textBytes(text: string): number {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) return 2 * text.length;
  return text.length;
}
