import type { AddressInfo } from "node:net";
import { simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";

export interface CaughtMail {
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
}

export interface MailCatcher {
  /** `smtp://127.0.0.1:<port>`. */
  readonly url: string;
  /** In the order in which they came. */
  readonly mails: CaughtMail[];
  /** Answers every recipient with `550` and this text from now on; null: takes mail again. */
  refuse(reason: string | null): void;
  close(): Promise<void>;
}

/** A mail server on loopback that keeps what it is sent. */
export async function startMailCatcher(): Promise<MailCatcher> {
  const mails: CaughtMail[] = [];
  let refusal: string | null = null;
  const server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    logger: false,
    onRcptTo(_, __, done) {
      done(refusal === null ? null : Object.assign(new Error(refusal), { responseCode: 550 }));
    },
    onData(stream, session, done) {
      simpleParser(stream).then(({ subject = "", from, text = "", html }) => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        mails.push({ from: from?.text ?? "", to, subject, text: text.trim(), html: html || "" });
        done();
      }, done);
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo; // safe: it listens on TCP
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    refuse: (reason) => {
      refusal = reason;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
