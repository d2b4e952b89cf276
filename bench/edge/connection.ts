import { connect } from "node:net";

const HEAD_END = Buffer.from("\r\n\r\n");
/** Read into by all connections: what a read brings is looked at, or copied, before the next. */
const READ_INTO = Buffer.alloc(65_536);

/** A connection on which one request follows the other. */
export interface Connection {
  send(request: string): void;
  end(): void;
}

/** @param onAnswer told of each answer's status when the last byte of it is there */
export function openConnection(
  port: number,
  onAnswer: (status: number) => void,
  onLost: (error: Error) => void,
): Promise<Connection> {
  return new Promise((resolve, reject) => {
    let bodyLeft = 0;
    let status = 0;
    let isEnded = false;
    let rest: Buffer | undefined;
    const onread = {
      buffer: READ_INTO,
      callback(length: number) {
        if (!isEnded) take(READ_INTO.subarray(0, length));
        return true;
      },
    };
    const socket = connect({ port, host: "127.0.0.1", noDelay: true, onread }, () =>
      resolve({
        send: (request) => socket.write(request, "latin1"),
        end: () => {
          isEnded = true;
          socket.resetAndDestroy(); // a port that waits for late packets is lost to the thousands that come next
        },
      }),
    );
    const lose = (error: Error) => {
      if (isEnded) return;
      isEnded = true;
      reject(error);
      onLost(error);
    };
    socket.on("error", lose);
    socket.on("close", () => lose(new Error("The server closed a connection.")));

    function take(chunk: Buffer): void {
      const bytes = rest ? Buffer.concat([rest, chunk]) : chunk;
      if (bodyLeft === 0) readHead(bytes);
      if (bodyLeft === 0 || bytes.length < bodyLeft) {
        rest = rest ? bytes : Buffer.from(bytes);
        return;
      }
      rest = undefined; // one answer at a time: nothing follows it
      bodyLeft = 0;
      onAnswer(status);
    }

    function readHead(bytes: Buffer): void {
      const headLength = bytes.indexOf(HEAD_END);
      if (headLength < 0) return;
      const head = bytes.toString("latin1", 0, headLength);
      status = Number(head.slice(9, 12));
      const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
      if (length === undefined && status !== 304 && status !== 204)
        lose(new Error(`An answer without a length: ${head}`));
      else bodyLeft = headLength + HEAD_END.length + Number(length ?? 0);
    }
  });
}
