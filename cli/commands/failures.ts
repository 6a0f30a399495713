import type { Command } from 'commander';
import type { Schemas } from '../../client/index.ts';
import type { Application } from '../command-line/application.ts';
import { value } from '../command-line/options.ts';
import { suggestion } from '../command-line/suggestion.ts';
import { oneOf } from '../command-line/values.ts';
import { NothingFound, UsageError } from '../errors.ts';
import type { Column } from '../output/table.ts';
import { CATEGORIES } from '../vocabulary.ts';
import { failureGroups } from './failure-groups.ts';
import { whyLines } from './job-views.ts';

const COLUMNS: readonly Column<Schemas['Failure']>[] = [
  { title: 'CODE', value: ({ code }) => code },
  { title: 'CATEGORY', value: ({ category }) => category },
  { title: 'WHO', value: ({ who }) => who },
  { title: 'TITLE', value: ({ title }) => title, least: 12 },
];

export function failures(program: Command, app: Application): void {
  const command = program
    .command('failures')
    .description('explain the codes of failures: why, who must act, and how')
    .argument('[code]', 'like auth_failed');
  const category = value(command, '--category <category>', 'only these', oneOf(CATEGORIES));
  failureGroups(command, app);
  command.hook('preSubcommand', () => {
    // commander also accepts these options after the name of a subcommand, where they have no meaning.
    if (category() !== undefined) throw new UsageError('--category is an option of `failures` alone.');
  });
  app.does(command, async ({ client, out }, [code]) => {
    const { data } = await client.service.failures({});
    if (code === undefined) {
      const only = category();
      return out.rows(
        data.filter((each) => only === undefined || each.category === only),
        COLUMNS,
        'No code.',
      );
    }
    const found = data.find((each) => each.code === code);
    if (found === undefined)
      throw new NothingFound(
        `There is no failure code ${code}. ${suggestion(code, [
          ...data.map((each) => each.code),
          ...command.commands.map((each) => each.name()),
        ])}`,
      );
    out.thing(found, [['code', found.code], ['category', found.category], ...whyLines(found)]);
  });
}
