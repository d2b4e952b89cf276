/** How loads of a kind are brought together. */
export interface BatchingSettings {
  /** The longest that a load waits for company, in ms: what coalescing may add to any request. 0: none waits. */
  readonly budgetMs: number;
  /** Keys of one statement at most. */
  readonly mostKeys: number;
}

export const DEFAULT_SETTINGS: BatchingSettings = { budgetMs: 5, mostKeys: 200 };
