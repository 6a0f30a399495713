import { useRef, useState } from 'react';
import { FormDialog } from '../../commands/dialog-form.tsx';
import { Field } from '../../commands/field.tsx';
import type { JobsSearch } from '../../jobs/jobs-search.ts';
import { ServerText } from '../../text/server-text.tsx';
import { MAX_NAME, readViews, type SavedView, searchOfView, viewOf, withoutView, withView } from './saved-views.ts';

export type SavedViews = {
  readonly views: readonly SavedView[];
  readonly keep: (views: readonly SavedView[]) => void;
};

const keyOf = (account: string): string => `views ${account}`;

/** The views of the account that this browser keeps. */
export function useSavedViews(account: string): SavedViews {
  const [views, setViews] = useState(() => readViews(localStorage.getItem(keyOf(account))));
  return {
    views,
    keep(next) {
      if (next.length === 0) localStorage.removeItem(keyOf(account));
      else localStorage.setItem(keyOf(account), JSON.stringify(next));
      setViews(next);
    },
  };
}

type Properties = SavedViews & { readonly search: JobsSearch; readonly change: (search: JobsSearch) => void };

/** The saved views, as buttons beside those that every person has. */
export function SavedViewButtons({ views, search, change }: Omit<Properties, 'keep'>) {
  const shown = viewOf(views, search);
  return views.map((view) => (
    <button key={view.name} type="button" aria-pressed={view === shown} onClick={() => change(searchOfView(view))}>
      <ServerText oneLine>{view.name}</ServerText>
    </button>
  ));
}

/** Saves the filters of the address under a name, or forgets the view that is shown. */
export function SaveView({ views, keep, search }: Omit<Properties, 'change'>) {
  const fields = useRef<HTMLFormElement>(null);
  const [isOpen, setOpen] = useState(false);
  const shown = viewOf(views, search);
  if (shown !== null)
    return (
      <button type="button" onClick={() => keep(withoutView(views, shown.name))}>
        Forget this view
      </button>
    );
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Save view
      </button>
      {isOpen && (
        <FormDialog
          title="Save this view"
          fields={fields}
          verb="Save"
          isRunning={false}
          submit={() => {
            const name = String(new FormData(fields.current ?? undefined).get('name') ?? '').trim();
            if (name !== '') keep(withView(views, name, search));
            setOpen(false);
          }}
          close={() => setOpen(false)}
        >
          <Field label="Name" hint="Only this browser keeps it. Its link can be sent to others.">
            {(attributes) => <input {...attributes} name="name" required maxLength={MAX_NAME} autoComplete="off" />}
          </Field>
        </FormDialog>
      )}
    </>
  );
}
