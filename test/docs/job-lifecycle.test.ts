import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { JOB_COMMANDS } from '../../functions/domain/job/commands.ts';
import { jobEventSchema } from '../../functions/domain/job/events.ts';

const page = readFileSync(new URL('../../docs/job-lifecycle.md', import.meta.url), 'utf8');
const rowsOf = (heading: string): readonly (string | undefined)[] => {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| `(\w+)` \| /gm)].map(([, name]) => name);
};

it('the job lifecycle page has one row for each event of a job, and no other', () => {
  expect(rowsOf('Events')).toEqual(jobEventSchema.options.map(({ shape }) => shape.type.value));
});

it('the job lifecycle page has one row for each command, and no other', () => {
  expect(rowsOf('Commands')).toEqual(JOB_COMMANDS);
});
