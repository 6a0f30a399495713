/** Who must act for a failure to go away, in words. */
import type { Schemas } from '../../client/index.ts';

type Who = Schemas['Failure']['who'];

const NAMES: Readonly<Record<Who, string>> = {
  nobody: 'Nobody',
  mailbox_owner: 'Mailbox owner',
  operator: 'Operator',
  us: 'The makers of this service',
};

/** After a heading that asks who must act. */
export const whoActs = (who: Who): string => NAMES[who];

/** Without a heading: `mailbox owner must act`. */
export function whoMustAct(who: Who): string {
  const name = NAMES[who];
  return `${name[0]?.toLowerCase()}${name.slice(1)} must act`;
}
