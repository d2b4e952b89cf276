/** A line of progress, with the seconds since the process began. */
export const say = (text: string): void =>
  console.log(`${(performance.now() / 1000).toFixed(0).padStart(5)} s  ${text}`);
