import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { Schemas } from '../../../client/index.ts';
import buttons from '../../commands/commands.module.css';
import { type KeyBinding, useKeys } from '../../keyboard/use-keys.ts';
import { CommandDialog } from './command-dialog.tsx';
import { EditDialog } from './edit-dialog.tsx';
import styles from './job.module.css';
import type { Draft } from './job-changes.ts';
import { COMMAND_NAMES, COMMANDS, type CommandName } from './job-commands.ts';
import { jobQuery } from './job-queries.ts';

type Properties = {
  readonly account: string;
  readonly job: Schemas['Job'];
  /** The page between the message and the dialogs. It gets the function that opens the dialog of a command. */
  readonly children: (open: (name: CommandName) => void) => ReactNode;
};

/**
 * The commands that the service allows now, their keys and their dialogs. Other commands are not in the page. A draft
 * is kept until its command was carried out, even if the dialog is closed.
 */
export function Commands({ account, job, children }: Properties) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const search = useSearch({ from: '/a/$account/jobs' });
  const [openName, setOpen] = useState<CommandName | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const message = useRef<HTMLParagraphElement>(null);
  const texts = useRef(new Map<CommandName, string>());
  const edited = useRef<Draft | null>(null);
  const isAllowed = job.allowed_commands.join();

  const keys = useMemo<readonly KeyBinding[]>(
    () =>
      COMMAND_NAMES.flatMap((name) => {
        const { key, label } = COMMANDS[name];
        const isOffered = key !== null && isAllowed.split(',').includes(name);
        return isOffered ? [{ keys: key, label: `${label} (this job)`, run: () => setOpen(name) }] : [];
      }),
    [isAllowed],
  );
  useKeys(keys);
  // The button that had the focus may be removed after its command.
  useEffect(() => {
    if (said !== null) message.current?.focus();
  }, [said]);

  const { queryKey } = jobQuery(job.id);
  const done = (name: CommandName, after: Schemas['Job'] | null): void => {
    texts.current.delete(name);
    if (name === 'update') edited.current = null;
    setOpen(null);
    if (after === null) {
      queries.removeQueries({ queryKey });
      void navigate({ to: '/a/$account/jobs', params: { account }, search });
      return;
    }
    queries.setQueryData(queryKey, after);
    void queries.invalidateQueries({ queryKey });
    setSaid(`${COMMANDS[name].label.replace(' with note', '')}: done. The job became ${after.status}.`);
  };
  const readAgain = async (): Promise<number> =>
    (await queries.fetchQuery({ ...jobQuery(job.id), staleTime: 0 })).version;
  const shared = { job, close: () => setOpen(null), readAgain };
  return (
    <>
      {job.allowed_commands.length > 0 && (
        <ul className={styles.commands} aria-label="Commands">
          {COMMAND_NAMES.filter((name) => job.allowed_commands.includes(name)).map((name) => {
            const { label, key } = COMMANDS[name];
            return (
              <li key={name}>
                <button
                  type="button"
                  className={name === 'delete' ? buttons.danger : undefined}
                  aria-keyshortcuts={key ?? undefined}
                  onClick={() => setOpen(name)}
                >
                  {label}
                  {key !== null && (
                    <>
                      {' '}
                      <kbd>{key}</kbd>
                    </>
                  )}
                </button>
              </li>
            );
          })}
        </ul>
      )}
      <p ref={message} role="status" tabIndex={-1} className={styles.said}>
        {said}
      </p>
      {children(setOpen)}
      {openName === 'update' && (
        <EditDialog
          {...shared}
          draft={edited.current}
          keepDraft={(draft) => {
            edited.current = draft;
          }}
          done={(after) => done('update', after)}
        />
      )}
      {openName !== null && openName !== 'update' && (
        <CommandDialog
          {...shared}
          key={openName}
          name={openName}
          draft={texts.current.get(openName) ?? ''}
          keepDraft={(text) => texts.current.set(openName, text)}
          done={(after) => done(openName, after)}
        />
      )}
    </>
  );
}
