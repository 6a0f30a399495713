import type { Page, Request } from 'playwright-core';

export type Exchange = {
  readonly method: string;
  readonly path: string;
  /** Headers and body as they came over the wire. */
  readonly bytes: number;
  readonly bodyBytes: number;
};

export type Traffic = {
  /** What the page has asked for since the last call, once every request has its answer. */
  take(): Promise<readonly Exchange[]>;
};

/** So many tasks after its answer, the page has asked for what follows from it. */
const TASKS = 5;
/** Timers and frames are those of the fake clock, but messages are not. */
const ONE_TASK = `new Promise((done) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => done(null);
  port2.postMessage(null);
})`;

/** Follows the requests of a page from now on. */
export function trafficOf(page: Page): Traffic {
  let asked: Request[] = [];
  const ended = new WeakMap<Request, PromiseWithResolvers<void>>();
  const endOf = (request: Request): PromiseWithResolvers<void> => {
    const known = ended.get(request) ?? Promise.withResolvers<void>();
    ended.set(request, known);
    return known;
  };
  page.on('request', (request) => asked.push(request));
  page.on('requestfinished', (request) => endOf(request).resolve());
  page.on('requestfailed', (request) => endOf(request).resolve());
  return {
    async take() {
      const exchanges: Exchange[] = [];
      // An answer may cause another request.
      while (asked.length > 0) {
        const some = asked;
        asked = [];
        for (const request of some) {
          await endOf(request).promise;
          exchanges.push(await exchangeOf(request));
        }
        for (let task = 0; task < TASKS; task += 1) await page.evaluate(ONE_TASK);
      }
      return exchanges;
    },
  };
}

async function exchangeOf(request: Request): Promise<Exchange> {
  const method = request.method();
  const path = new URL(request.url()).pathname;
  if (request.failure() !== null) return { method, path, bytes: 0, bodyBytes: 0 };
  const { responseHeadersSize, responseBodySize } = await request.sizes();
  return { method, path, bytes: responseHeadersSize + responseBodySize, bodyBytes: responseBodySize };
}

export const bytesOf = (exchanges: readonly Exchange[]): number => exchanges.reduce((sum, { bytes }) => sum + bytes, 0);
