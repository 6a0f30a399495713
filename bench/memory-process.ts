import { startDynoxide } from '../test/fixtures/dynoxide.ts';
import { resultOf, syncWorld } from '../test/worker/actions/sync-world.ts';

const engine = await startDynoxide();
const world = await syncWorld(engine, {
  host: '127.0.0.1',
  port: Number(process.argv[2]),
  securityMode: 'none',
  tlsCaPem: null,
  authentication: { kind: 'password', username: 'ann', password: 'secret' },
});
const idleRssMb = Math.round(process.memoryUsage().rss / 1e6);
const began = performance.now();
const { added } = resultOf(await world.messages());
const seconds = (performance.now() - began) / 1000;
// Kilobytes (getrusage).
const peakRssMb = Math.round(process.resourceUsage().maxRSS / 1e3);
await engine.stop();
process.send?.({ seconds, added, peakRssMb, idleRssMb });
process.disconnect();
