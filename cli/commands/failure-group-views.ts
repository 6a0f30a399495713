/** How failure groups look to people. */
import type { Schemas } from '../../client/index.ts';
import { age, count } from '../output/ages.ts';
import type { Line } from '../output/output.ts';
import type { Column } from '../output/table.ts';
import { shortAction, WHO } from './job-views.ts';

type Group = Schemas['FailureGroup'];
type Mute = Schemas['FailureGroupMute'];

/** Shown in a table for a group whose server is not known. */
export const NO_HOST = '–';

/** `at least 3`, or `3+` in a table, where there is no room for words. */
const credentials = ({ credentials: { count: found, more } }: Group): string =>
  `${more ? 'at least ' : ''}${count(found)}`;
const credentialsShort = ({ credentials: { count: found, more } }: Group): string =>
  `${count(found)}${more ? '+' : ''}`;

const ACTION: Column<Group> = {
  title: 'ACTION',
  value: ({ action }) => (action === null ? null : shortAction(action)),
  least: 6,
};

/**
 * Code and host together name a group, and commands take them. So they stand side by side, and the id is left out: it
 * contains the account, the code and the host, and would be half of the line. `--fields id` and `--json` have it.
 */
export const groupColumns = (byAction: boolean): Column<Group>[] => [
  { title: 'CODE', value: ({ code }) => code, least: 8 },
  { title: 'HOST', value: ({ host }) => host ?? NO_HOST, least: 8 },
  ...(byAction ? [ACTION] : []),
  { title: 'WHO', value: ({ who }) => who.replace('mailbox_', '') },
  { title: 'FAILED', value: ({ failed }) => count(failed) },
  { title: 'RETRYING', value: ({ retrying }) => count(retrying) },
  { title: 'CREDS', value: credentialsShort },
  { title: 'LAST', value: ({ last_at: at }) => age(at) },
  { title: 'MUTED', value: (group) => (group.muted ? (age(group.muted_until) ?? 'yes') : null) },
];

export const groupLines = (group: Group): Line[] => [
  ['group', nameOf(group)],
  ['id', group.id],
  ['why', group.title],
  ['who', WHO[group.who]],
  ['failed', count(group.failed), group.failed === 0 ? null : 'red'],
  ['retrying', count(group.retrying)],
  ['credentials', credentials(group)],
  ['first', group.first_at],
  ['last', group.last_at],
  ['sample job', group.sample_job_id],
  ...muteLines(group),
];

export const mutedLines = (group: Mute): Line[] => [['group', nameOf(group)], ['id', group.id], ...muteLines(group)];

const muteLines = ({ muted, muted_until: until, note, version }: Mute): Line[] => [
  ['muted', muted ? 'yes' : 'no', muted ? 'yellow' : null],
  ['until', until],
  ['note', note],
  ['version', version],
];

/** Code and host, as commands take them. */
export const nameOf = ({ code, host }: Pick<Mute, 'code' | 'host'>): string => `${code} ${host ?? NO_HOST}`;
