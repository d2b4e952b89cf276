/**
 * Which generation of the store's names is in use, as the channel of the processes says. Every process that has heard the
 * same texts since it knew says the same, so a text decides for all of them.
 */
export interface Generation {
  /** What is to be read from and ended in; a guess while it is not known. Undefined: no store is in use. */
  readonly name: string | undefined;
  readonly isKnown: boolean;
  begin(name: string): void;
  /** From here on nobody uses it. */
  leave(name: string): void;
  /**
   * Somebody's changes were ended in this generation; undefined: in none. If another one is in use, what it holds may be
   * older than them, so it is left.
   */
  compare(endedIn: string | undefined): void;
  /** Texts were missed. */
  forget(): void;
  /** Another process says what was in use when it heard this one's greeting. */
  learn(name: string | undefined): void;
}

export function createGeneration(): Generation {
  let name: string | undefined;
  let isKnown = false;
  /** What was heard while it is not known: each leaves the generation that is learned, if it concerns it. */
  let leavers: ((name: string) => boolean)[] = [];

  function leaveIf(leaves: (name: string) => boolean): void {
    if (!isKnown) leavers.push(leaves);
    if (name !== undefined && leaves(name)) name = undefined;
  }
  function know(next: string | undefined): void {
    name = next;
    isKnown = true;
    leavers = [];
  }
  return {
    get name() {
      return name;
    },
    get isKnown() {
      return isKnown;
    },
    begin: know,
    leave: (left) => leaveIf((one) => one === left),
    compare: (endedIn) => leaveIf((one) => one !== endedIn),
    forget() {
      isKnown = false;
      leavers = [];
    },
    learn(said) {
      if (isKnown) return;
      know(said !== undefined && leavers.some((leaves) => leaves(said)) ? undefined : said);
    },
  };
}
