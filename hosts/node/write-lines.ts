/**
 * Writes lines, those of one turn of the event loop together: at many requests a second each write is dear. What waits when the
 * process exits is written then.
 */
export function lineWriter(write: (text: string) => void): (line: string) => void {
  let waiting = "";
  const flush = () => {
    const text = waiting;
    waiting = "";
    if (text !== "") write(text);
  };
  process.once("exit", flush);
  return (line) => {
    if (waiting === "") setImmediate(flush);
    waiting += `${line}\n`;
  };
}
