import { useEffect, useRef } from 'react';
import { switchKeys, useBindings, useKeysAreOn } from '../keyboard/use-keys.ts';
import styles from './shell.module.css';

/** The keys of the open page, and their switch. The dialog element keeps the focus inside and gives it back. */
export function Help({ isOpen, close }: { readonly isOpen: boolean; readonly close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const bindings = useBindings();
  const areOn = useKeysAreOn();
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  return (
    <dialog ref={dialog} className={styles.help} aria-labelledby="help-title" onClose={close}>
      <h2 id="help-title">Keys</h2>
      <dl className={styles.keys}>
        {bindings.map(({ keys, label }) => (
          <div key={`${keys} ${label}`}>
            <dt>
              {keys.split(' ').map((key, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a sequence may have the same key twice
                <kbd key={index}>{key}</kbd>
              ))}
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
      <label className={styles.check}>
        <input type="checkbox" checked={areOn} onChange={({ target }) => switchKeys(target.checked)} /> Use single-key
        shortcuts
      </label>
      <button type="button" onClick={close}>
        Close
      </button>
    </dialog>
  );
}
