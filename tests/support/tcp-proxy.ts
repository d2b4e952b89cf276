import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";

/** Stands between one process and a server on loopback, so that this one connection can be cut. */
export interface TcpProxy {
  readonly port: number;
  /** Ends what is connected and takes nothing new; `false`: takes it again. */
  cut(isCut: boolean): void;
  close(): Promise<void>;
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((inner) => {
    if (isCut) return inner.destroy();
    const outer = connect(targetPort, "127.0.0.1");
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(from);
      from.on("error", () => undefined);
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
    return undefined;
  }).listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  const end = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port, // safe: listening on TCP
    cut(now) {
      isCut = now;
      if (now) end();
    },
    async close() {
      end();
      await new Promise((closed) => server.close(closed));
    },
  };
}
