/** `--limit` and `--all` of lists. */
import type { Command } from 'commander';
import type { Output } from '../output/output.ts';
import type { Column } from '../output/table.ts';
import { flag, value } from './options.ts';
import { whole } from './values.ts';

const DEFAULT_LIMIT = 20;
/** The largest page of the API, in entries. */
const PAGE = 100;

export type Pages = {
  /** How many entries to ask for in one page. */
  pageSize(): number;
  /** Prints the entries: one table or array, and with `--all` every entry, as NDJSON for scripts. */
  print<Row>(
    out: Output,
    entries: AsyncIterable<Row>,
    columns: readonly Column<Row>[],
    whenEmpty: string,
  ): Promise<void>;
};

export function pages(command: Command): Pages {
  const limit = value(command, '--limit <n>', `how many at most (default ${DEFAULT_LIMIT})`, whole(1, 100_000));
  const all = flag(command, '--all', 'every entry; with --json one line for each');
  return {
    pageSize: () => (all() ? PAGE : Math.min(PAGE, limit() ?? DEFAULT_LIMIT)),
    async print(out, entries, columns, whenEmpty) {
      if (all() && out.isJson) {
        for await (const entry of entries) await out.each(entry, '');
        return;
      }
      const most = all() ? Number.POSITIVE_INFINITY : (limit() ?? DEFAULT_LIMIT);
      const taken = await first(entries, most);
      out.rows(taken, columns, whenEmpty);
      if (taken.length === most) out.note('There may be more: --limit N or --all');
    },
  };
}

/** The first `most` entries. No further page is read to find out whether there are more. */
async function first<Row>(entries: AsyncIterable<Row>, most: number): Promise<Row[]> {
  const taken: Row[] = [];
  for await (const entry of entries) {
    taken.push(entry);
    if (taken.length === most) break;
  }
  return taken;
}
