/**
 * Benchmarks: counts and ratios, printed and never asserted. `npm run bench -- reads 1000 1000000`. `--record` also
 * writes them into docs/figures.md; `--slow=2` stretches the time of the bench of costs by two.
 */
import { benchBulk } from './bulk.ts';
import { benchBundles } from './bundles.ts';
import { benchConsole } from './console.ts';
import { benchCost } from './cost.ts';
import { benchDeliveries } from './deliveries.ts';
import { benchFairness } from './fairness.ts';
import { figuresOf } from './figures.ts';
import { benchHostile } from './hostile.ts';
import { benchMemory } from './memory.ts';
import { benchReads } from './reads.ts';
import { benchSync } from './sync.ts';
import { benchThroughput } from './throughput.ts';

const [what = 'all', ...numbers] = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const slow = Number(/^--slow=([\d.]+)$/.exec(process.argv.find((word) => word.startsWith('--slow=')) ?? '')?.[1] ?? 1);
const given = numbers.map(Number).filter((size) => Number.isInteger(size) && size >= 1);
const sizes = given.filter((size) => size >= 100);

type Bench = readonly [title: string, plain: boolean, run: () => Promise<void>];
/** The first number of the command line if it names this bench; otherwise the default. */
const numberFor = (name: string, numbers: readonly number[], otherwise: number): number =>
  what === name ? (numbers[0] ?? otherwise) : otherwise;

const benches: Readonly<Record<string, Bench>> = {
  reads: ['Reads and searches', false, () => benchReads(sizes.length > 0 ? sizes : [1_000, 10_000, 100_000])],
  bulk: ['Bulk operations', true, () => benchBulk(numberFor('bulk', sizes, 5_000))],
  sync: ['Syncs', true, () => benchSync(numberFor('sync', sizes, 20_000))],
  memory: ['Memory', true, () => benchMemory(sizes[0] ?? 200_000)],
  fairness: ['Fairness', true, () => benchFairness(sizes[0] ?? 2_000)],
  deliveries: ['Deliveries', true, () => benchDeliveries(numberFor('deliveries', sizes, 200))],
  cost: ['Cost', false, () => benchCost(numberFor('cost', given, 300), slow)],
  console: ['Console', false, () => benchConsole(numberFor('console', sizes, 10_000))],
  bundles: ['Bundles', false, benchBundles],
  hostile: ['Hostile servers', true, benchHostile],
  throughput: ['Throughput', true, () => benchThroughput(numberFor('throughput', sizes, 500))],
};
for (const [name, bench] of Object.entries(benches)) if (what === name || what === 'all') await figuresOf(...bench);
