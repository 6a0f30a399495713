/** A message that left one mailbox and appeared in another during the same run was moved: neither added nor removed. */
export type Moves = {
  added(mailboxKey: string, message: Traits): void;
  removed(mailboxKey: string, message: Traits): void;
  /** Pairs found so far. */
  count(): number;
};

type Traits = {
  readonly messageId: string | null;
  readonly providerMessageId: string | null;
  readonly internalDate: string | null;
  readonly size: number | null;
};

/** Enough for what people move by hand; a first sync of a large mailbox is not remembered whole. */
const MOST = 20_000;

export function movesOf(): Moves {
  const appeared = new Map<string, string[]>();
  const gone: { readonly print: string; readonly mailboxKey: string }[] = [];
  let remembered = 0;
  return {
    added(mailboxKey, message) {
      const print = fingerprint(message);
      if (print === null || remembered >= MOST) return;
      remembered += 1;
      const keys = appeared.get(print);
      if (keys === undefined) appeared.set(print, [mailboxKey]);
      else keys.push(mailboxKey);
    },
    removed(mailboxKey, message) {
      const print = fingerprint(message);
      if (print !== null && gone.length < MOST) gone.push({ print, mailboxKey });
    },
    count() {
      const left = new Map([...appeared].map(([print, keys]) => [print, [...keys]]));
      let pairs = 0;
      for (const { print, mailboxKey } of gone) {
        const keys = left.get(print) ?? [];
        const at = keys.findIndex((key) => key !== mailboxKey);
        if (at < 0) continue;
        keys.splice(at, 1);
        pairs += 1;
      }
      return pairs;
    },
  };
}

function fingerprint({ messageId, providerMessageId, internalDate, size }: Traits): string | null {
  if (providerMessageId !== null) return providerMessageId;
  if (messageId === null || internalDate === null || size === null) return null;
  return JSON.stringify([messageId, internalDate, size]);
}
