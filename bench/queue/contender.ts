/** A queue under measurement. A message is a number, so that each can be told from the others. */
export interface Contender {
  readonly name: string;
  /** How it is set up, for whoever doubts the figures. */
  readonly settings: string;
  /** Messages one sendBatch takes, and how many such calls run side by side. */
  readonly batchSize: number;
  readonly producers: number;
  /** Makes its tables in an empty database. `onMessage` is called from the user's handler. */
  open(url: string, onMessage: (message: number) => void): Promise<OpenContender>;
}

export interface OpenContender {
  startWorkers(): Promise<void>;
  /** Resolves when the message is committed. */
  send(message: number): Promise<void>;
  sendBatch(messages: number[], delaySeconds?: number): Promise<void>;
  /** Messages not yet acknowledged in the database. */
  unsettledCount(): Promise<number>;
  close(): Promise<void>;
}
