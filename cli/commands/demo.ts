import type { Command } from 'commander';
import type { Schemas } from '../../client/index.ts';
import type { Application } from '../command-line/application.ts';
import { LOCAL_ACCOUNT } from '../configuration/settings.ts';
import { demoPlaceOf } from '../demo/place.ts';
import { seedDemo } from '../demo/seed.ts';
import { UsageError } from '../errors.ts';
import { count } from '../output/ages.ts';
import { progressLine } from '../progress.ts';
import { STATUSES } from '../vocabulary.ts';

export function demo(program: Command, app: Application): void {
  const command = program
    .command('demo')
    .description('fill the demo account of the embedded stack with jobs of every state');
  app.does(command, async ({ client, out, account, settings, signal }) => {
    const place = await demoPlaceOf(settings.api, signal);
    const account_id = await account();
    if (account_id !== place.account || account_id !== LOCAL_ACCOUNT)
      throw new UsageError(`The demo is for the account ${LOCAL_ACCOUNT} only, not for ${account_id}.`);
    const line = progressLine(out, app.isQuiet());
    const isNew = await seedDemo({ client, place, signal, onStep: (what) => line.show(`making ${what} …`) }).finally(
      () => line.end(),
    );
    const { data } = await client.jobs.stats({ account_id });
    if (!isNew) out.note('The demo was complete already. To begin again, stop the stack and delete .local/.');
    out.thing({ account: account_id, made: isNew, jobs: data.total, by_status: data.by_status }, lines(data));
  });
}

const lines = ({ total, by_status: by }: Schemas['JobStats']) => [
  ['jobs', count(total)] as const,
  ...STATUSES.map((status) => [status, count(by[status])] as const),
];
