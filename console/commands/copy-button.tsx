import { useState } from 'react';

type Properties = { readonly text: string; readonly what: string };

/** Copies a text, and says whether it did. */
export function CopyButton({ text, what }: Properties) {
  const [state, setState] = useState<'ready' | 'copied' | 'refused'>('ready');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      setState('refused');
    }
  };
  return (
    <>
      <button type="button" onClick={() => void copy()}>
        Copy {what}
      </button>{' '}
      <span role="status">
        {state === 'copied' && 'Copied'}
        {state === 'refused' && 'The browser did not allow the copy: select the text and copy it'}
      </span>
    </>
  );
}
