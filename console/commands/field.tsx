import { type ReactNode, useId } from 'react';
import { ServerText } from '../text/server-text.tsx';
import styles from './commands.module.css';

type Attributes = {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
};

type Properties = {
  readonly label: string;
  readonly hint?: ReactNode;
  /** The message of the service about the value. */
  readonly problem?: string | null;
  /** The control, which gets these attributes. */
  readonly children: (attributes: Attributes) => ReactNode;
};

/** A control with its label, its hint and its problem. */
export function Field({ label, hint, problem = null, children }: Properties) {
  const id = useId();
  const hintId = `${id}hint`;
  const isDescribed = hint !== undefined || problem !== null;
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-describedby': isDescribed ? hintId : undefined,
        'aria-invalid': problem === null ? undefined : true,
      })}
      {isDescribed && (
        <p id={hintId} className={styles.hint}>
          {problem !== null && (
            <strong className={styles.wrong}>
              <ServerText>{problem}</ServerText>
            </strong>
          )}{' '}
          {hint}
        </p>
      )}
    </div>
  );
}
