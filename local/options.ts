import { parseArgs } from 'node:util';
import { didYouMean } from '../functions/domain/text/did-you-mean.ts';
import { Complaint } from './complaint.ts';

/** The flags of `npm start`. */
export type LocalOptions = {
  readonly port: number;
  readonly dataDirectory: string | null;
  readonly demo: boolean;
  readonly streamShards: number;
};

/** Each shard is polled separately, for each of its readers. */
const MAX_SHARDS = 64;

const FLAGS = {
  port: { type: 'string', default: '4000' },
  'data-dir': { type: 'string', default: '.local' },
  ephemeral: { type: 'boolean', default: false },
  'no-demo': { type: 'boolean', default: false },
  'stream-shards': { type: 'string', default: '4' },
} as const;

/** Parses the flags of `npm start`. Throws Complaint for an unknown or invalid one. */
export function readOptions(args: readonly string[]): LocalOptions {
  for (const arg of args) {
    const name = /^--([^=]*)/.exec(arg)?.[1];
    if (name === undefined || Object.hasOwn(FLAGS, name)) continue;
    const meant = didYouMean(name, Object.keys(FLAGS));
    throw new Complaint(
      `There is no flag --${name}${
        meant === null
          ? `; there are ${Object.keys(FLAGS)
              .map((flag) => `--${flag}`)
              .join(', ')}.`
          : `; did you mean --${meant}?`
      }`,
    );
  }
  const values = parsed(args);
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Complaint(`--port must be a number from 0 to 65535, not ${values.port}.`);
  const streamShards = Number(values['stream-shards']);
  if (!Number.isInteger(streamShards) || streamShards < 1 || streamShards > MAX_SHARDS)
    throw new Complaint(`--stream-shards must be a number from 1 to ${MAX_SHARDS}, not ${values['stream-shards']}.`);
  return { port, dataDirectory: values.ephemeral ? null : values['data-dir'], demo: !values['no-demo'], streamShards };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS }).values;
  } catch (error) {
    throw new Complaint(error instanceof Error ? error.message : String(error));
  }
}
