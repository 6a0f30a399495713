/** Benchmarks: counts and ratios, printed and never asserted. `npm run bench -- reads 1000 1000000`. */
import { benchBulk } from './bulk.ts';
import { benchConsole } from './console.ts';
import { benchCost } from './cost.ts';
import { benchDeliveries } from './deliveries.ts';
import { benchFairness } from './fairness.ts';
import { benchHostile } from './hostile.ts';
import { benchMemory } from './memory.ts';
import { benchReads } from './reads.ts';
import { benchSync } from './sync.ts';
import { benchThroughput } from './throughput.ts';

const [what = 'all', ...numbers] = process.argv.slice(2);
const given = numbers.map(Number).filter((size) => Number.isInteger(size) && size >= 1);
const sizes = given.filter((size) => size >= 100);

if (what === 'reads' || what === 'all') await benchReads(sizes.length > 0 ? sizes : [1_000, 10_000, 100_000]);
if (what === 'bulk' || what === 'all') await benchBulk(what === 'bulk' ? (sizes[0] ?? 5_000) : 5_000);
if (what === 'sync' || what === 'all') await benchSync(what === 'sync' ? (sizes[0] ?? 20_000) : 20_000);
if (what === 'memory' || what === 'all') await benchMemory(sizes[0] ?? 200_000);
if (what === 'fairness' || what === 'all') await benchFairness(sizes[0] ?? 2_000);
if (what === 'deliveries' || what === 'all') await benchDeliveries(what === 'deliveries' ? (sizes[0] ?? 200) : 200);
if (what === 'cost' || what === 'all') await benchCost(what === 'cost' ? (given[0] ?? 60) : 60);
if (what === 'console' || what === 'all') await benchConsole(what === 'console' ? (sizes[0] ?? 10_000) : 10_000);
if (what === 'hostile' || what === 'all') await benchHostile();
if (what === 'throughput' || what === 'all') await benchThroughput(what === 'throughput' ? (sizes[0] ?? 500) : 500);
