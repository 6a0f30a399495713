import styles from './server-text.module.css';
import { visibleParts, visibleText } from './visible-characters.ts';

type Properties = {
  /** Text of a server or a person: names, details, payloads. */
  readonly children: string;
  /** The text is on one line, and cut at its end. The whole text is the tooltip. */
  readonly oneLine?: boolean;
};

/**
 * The only component that shows text from outside the console: its writing direction is isolated, and every character
 * is visible.
 */
export function ServerText({ children, oneLine = false }: Properties) {
  return (
    <bdi className={oneLine ? styles.oneLine : styles.text} title={oneLine ? visibleText(children) : undefined}>
      {visibleParts(children).map(({ kind, text }, index) =>
        kind === 'text' ? (
          text
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have no identity, and the text is replaced as a whole
          <span key={index} className={styles.character}>
            {text}
          </span>
        ),
      )}
    </bdi>
  );
}
