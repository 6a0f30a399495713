/** The least that a job of this design can cost: what remains if all work of many jobs is shared and nothing is read twice. */
import type { Line } from './bill.ts';
import { PRICES } from './prices.ts';

const MILLION = 1e6;

type Least = { readonly name: string; readonly kind: Line['kind']; readonly each: number; readonly detail: string };

const writes = (name: string, units: number, detail: string): Least => ({
  name,
  kind: 'units',
  each: units * PRICES.writeUnit,
  detail: `${units} WRU: ${detail}`,
});

const SMALLEST: readonly Least[] = [
  writes('events', 3, 'requested, started, succeeded'),
  writes('audit', 1, 'who asked for the job'),
  writes('row', 1, 'one write, because all events of the job are in one window'),
  writes('index entries of the row', 4, 'by_account, by_task, by_credential, and open for retention'),
  writes('runs of the task', 1, 'its last trigger'),
  writes('connection slot', 2, 'taken and released'),
  {
    name: 'reads',
    kind: 'units',
    each: 7 * PRICES.readUnit,
    detail: '7 RRU, each once: task, account, credential, secret, slot, job at the claim, row at the projection',
  },
  { name: 'gateway', kind: 'requests', each: PRICES.httpApiRequest, detail: '1 request' },
  {
    name: 'queue',
    kind: 'requests',
    each: 0.3 * (PRICES.sqsRequest + PRICES.sqsFairRequest),
    detail: 'send, receive and delete of ten messages at once',
  },
  {
    name: 'invocations',
    kind: 'requests',
    each: PRICES.lambdaRequest,
    detail: '1, of the trigger; the others are shared',
  },
];

/** Lines of a measured bill that no change of the design shown here makes smaller: they are taken as they are. */
const KEPT: ReadonlySet<string> = new Set(['logs', 'access log', 'processor time', 'waiting for AWS']);

/**
 * The lines of the least bill, in dollars for a million jobs. `measured`: the lines of the longest window at the highest
 * rate, from which logs and the time of functions are taken.
 */
export function leastOf(measured: readonly Line[]): readonly Line[] {
  return [
    ...SMALLEST.map(({ name, kind, each, detail }) => ({ name, kind, dollars: each * MILLION, detail })),
    ...measured.filter(({ name }) => KEPT.has(name)).map((line) => ({ ...line, detail: 'as measured' })),
  ];
}
