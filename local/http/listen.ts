import type { Server } from 'node:http';
import { Complaint } from '../complaint.ts';

/** A listening server. `stop` resolves when it is closed. */
export type Listening = { readonly url: string; readonly port: number; stop(): Promise<void> };

/** Listens on 127.0.0.1 only; port 0 means any free port. Throws Complaint when the port is not available. */
export function listenOnLoopback(server: Server, port: number): Promise<Listening> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        reject(new Complaint(`Port ${port} is in use: stop what holds it, or name another with --port.`));
      else reject(new Complaint(`Port ${port} cannot be opened (${error.code}): name another with --port.`));
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const bound = address !== null && typeof address === 'object' ? address.port : port;
      resolve({
        url: `http://127.0.0.1:${bound}`,
        port: bound,
        stop: () =>
          new Promise((stopped) => {
            server.close(() => stopped());
            server.closeAllConnections();
          }),
      });
    });
  });
}
