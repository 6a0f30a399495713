/** A sender or a recipient. */
export type Person = { readonly name?: string; readonly address: string };

/** The content of a message that is to be composed. */
export type Draft = {
  readonly from: Person;
  readonly to: readonly Person[];
  readonly cc?: readonly Person[];
  readonly subject: string;
  readonly date: Date;
  /** With its angle brackets. */
  readonly messageId: string;
  readonly inReplyTo?: string;
  readonly body: string;
};

/**
 * A well-formed message (RFC 5322) of one UTF-8 text part; header text beyond ASCII becomes encoded-words (RFC 2047).
 */
export function composeMessage(draft: Draft): Buffer {
  const header = [
    `From: ${person(draft.from)}`,
    `To: ${draft.to.map(person).join(',\r\n ')}`,
    ...(draft.cc === undefined || draft.cc.length === 0 ? [] : [`Cc: ${draft.cc.map(person).join(',\r\n ')}`]),
    `Subject: ${words(draft.subject)}`,
    `Date: ${draft.date.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: ${draft.messageId}`,
    ...(draft.inReplyTo === undefined ? [] : [`In-Reply-To: ${draft.inReplyTo}`, `References: ${draft.inReplyTo}`]),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
  ];
  return Buffer.from(`${header.join('\r\n')}\r\n\r\n${draft.body.replace(/\r?\n/g, '\r\n')}\r\n`, 'utf8');
}

function person({ name, address }: Person): string {
  if (name === undefined) return address;
  return `${isAscii(name) ? `"${name.replace(/["\\]/g, '\\$&')}"` : words(name)} <${address}>`;
}

const isAscii = (text: string): boolean => /^[ -~]*$/.test(text);

/** Encoded-words hold whole characters and at most 75 bytes each: 30 bytes of UTF-8 become 40 of base64. */
function words(text: string): string {
  if (isAscii(text)) return text;
  const chunks: string[] = [''];
  for (const char of text) {
    const longer = (chunks.at(-1) ?? '') + char;
    if (Buffer.byteLength(longer) > 30) chunks.push(char);
    else chunks[chunks.length - 1] = longer;
  }
  return chunks.map((chunk) => `=?UTF-8?B?${Buffer.from(chunk).toString('base64')}?=`).join('\r\n ');
}
