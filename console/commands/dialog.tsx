import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { ExpiredBanner } from '../session/expired-banner.tsx';
import styles from './commands.module.css';

type Properties = {
  readonly title: string;
  readonly close: () => void;
  readonly children: ReactNode;
};

/**
 * A dialog that is open while it is in the page. The element keeps the focus inside, closes with Escape and gives the
 * focus back. If no element had the focus before, the page gets it. The sign-in of an ended session is offered inside
 * the dialog, because nothing outside can be used.
 */
export function Dialog({ title, close, children }: Properties) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (document.activeElement === document.body) document.getElementById('main')?.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      className={styles.dialog}
      aria-labelledby={id}
      onClose={() => {
        if (element.current?.open !== true) close();
      }}
    >
      <h2 id={id} className={styles.title}>
        {title}
      </h2>
      <ExpiredBanner />
      {children}
    </dialog>
  );
}
