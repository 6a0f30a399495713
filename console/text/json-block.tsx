import styles from './json-block.module.css';
import { ServerText } from './server-text.tsx';

type Properties = { readonly label: string; readonly value: unknown };

/** A value of the service as indented JSON, with every character visible. */
export function JsonBlock({ label, value }: Properties) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    // biome-ignore lint/a11y/useSemanticElements: a section has no preformatted text
    <pre className={styles.block} tabIndex={0} role="region" aria-label={label}>
      {(JSON.stringify(value, null, 2) ?? '').split('\n').map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity
        <div key={index}>
          <ServerText>{line}</ServerText>
        </div>
      ))}
    </pre>
  );
}
