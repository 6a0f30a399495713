/** What other services charge for a million of the same job: started by an API call, one step of work, state kept. */
export type Peer = {
  readonly name: string;
  readonly dollars: number;
  /** How the figure is computed. */
  readonly reckoning: string;
  readonly source: string;
  /** When that source was last changed or read. */
  readonly date: string;
  /** False: not read on the page of the vendor itself. */
  readonly verified: boolean;
};

/** Billed units of one job: start, one activity and end, as each vendor counts them. */
export const PEERS: readonly Peer[] = [
  {
    name: 'Step Functions Standard',
    dollars: 4 * 25,
    reckoning: '4 state transitions at $25 a million (start, work, record, end); functions and gateway not in it',
    source: 'aws.amazon.com/step-functions/pricing',
    date: 'read 2026-11-29 from a stored copy',
    verified: true,
  },
  {
    name: 'Temporal Cloud',
    dollars: 2 * 50 * 1.1,
    reckoning: '2 actions (start, activity) at $50 a million, plan 10% of it; storage and workers not in it',
    source: 'docs.temporal.io/cloud/pricing',
    date: 'read 2026-11-29 from the repository of the documentation',
    verified: true,
  },
  {
    name: 'Inngest',
    dollars: 2 * 50,
    reckoning: '2 executions (run, step) at $50 a million beyond the $75 a month of Pro; compute not in it',
    source: 'inngest.com/pricing by api-evangelist/inngest; what an execution is: inngest.com/docs',
    date: '2026-05-22',
    verified: false,
  },
  {
    name: 'Trigger.dev',
    dollars: 25 + 0.0000169 * 1e6,
    reckoning: '$25 a million runs and one second of the smallest machine ($0.0000169)',
    source: 'trigger.dev/pricing by api-evangelist/trigger-dev',
    date: '2026-05-22',
    verified: false,
  },
  {
    name: 'Lambda durable functions',
    dollars: 3 * 8,
    reckoning: '3 operations at $8 a million; data written, functions and gateway not in it',
    source: 'aws.amazon.com/lambda/pricing by api-evangelist/aws-lambda',
    date: '2026-09-20',
    verified: false,
  },
];
