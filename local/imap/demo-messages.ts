import { composeMessage, type Person } from './compose.ts';
import type { NewMessage } from './mailbox.ts';

/** The owner of the demo account. */
export const owner: Person = { name: 'Demo Account', address: 'demo@example.test' };

const people: readonly Person[] = [
  { name: 'Amélie Dubois', address: 'amelie.dubois@example.test' },
  { name: 'Jonas Müller', address: 'jonas.mueller@example.test' },
  { name: 'Priya Raman', address: 'priya@studio.example' },
  { name: 'Okonkwo, Chidi', address: 'chidi.okonkwo@example.test' },
  { name: '佐藤 美咲', address: 'misaki.sato@example.test' },
  { name: 'Tomás Ó Briain', address: 'tomas@craft.example' },
  { name: 'Lena Novak', address: 'lena.novak@example.test' },
  { name: 'Sam Whitfield', address: 'sam@whitfield.example' },
  { address: 'board@housing-association.example' },
];

const senders = {
  shop: { name: 'Kiln & Crate', address: 'orders@kilnandcrate.example' },
  bank: { name: 'Northgate Bank', address: 'no-reply@northgate-bank.example' },
  builds: { name: 'Build service', address: 'builds@ci.example' },
  travel: { name: 'Railway bookings', address: 'tickets@railway.example' },
  weekly: { name: 'The Weekly Ledger', address: 'hello@weekly-ledger.example' },
  prize: { name: 'PRIZE OFFICE', address: 'winner@lucky-draw.example' },
} satisfies Record<string, Person>;

const projects = ['Website relaunch', 'Warehouse move', 'Annual report', 'Übersee', 'Orchard', 'Museum audio guide'];
const cities = ['Zürich', 'Kraków', 'Lisbon', 'Aarhus', 'Kyōto', 'Galway'];
const asks = [
  'Could you look at this before Thursday?',
  'No rush, next week is fine.',
  'I have attached nothing this time, promise.',
  'Shall we talk it over on the phone?',
  'The numbers in the second table still look odd to me.',
  'Thank you for jumping in yesterday.',
];

/** The kinds of demo messages. */
export type Kind = 'letter' | 'sent' | 'order' | 'statement' | 'build' | 'ticket' | 'newsletter' | 'junk';

/** All dates are in the two years before this time, so that the demo is the same on every day. */
const now = Date.UTC(2026, 10, 1, 8);
const twoYears = 2 * 365 * 86_400_000;

/** Random-looking but the same at every start (mulberry32). */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

/** `count` messages of the given kinds, oldest first, the same for the same arguments; `seed` must differ by folder. */
export function demoMessages(seed: number, count: number, kinds: readonly Kind[]): NewMessage[] {
  const roll = dice(seed);
  let lastLetter: { readonly id: string; readonly subject: string } | null = null;
  return Array.from({ length: count }, (_, index) => {
    const step = twoYears / count;
    const date = new Date(now - twoYears + Math.floor(index * step) + roll(Math.floor(step)));
    date.setUTCMilliseconds(0);
    const kind = pick(kinds, roll);
    const { from, subject, body } = content(kind, roll, date);
    const messageId = `<${date.getTime().toString(36)}.${seed}.${index}@${from.address.split('@')[1]}>`;
    const replyTo: typeof lastLetter = kind === 'letter' && roll(3) === 0 ? lastLetter : null;
    const raw = composeMessage({
      from,
      to: [kind === 'sent' ? pick(people, roll) : owner],
      ...(kind === 'letter' && roll(4) === 0 ? { cc: [pick(people, roll), pick(people, roll)] } : {}),
      subject: replyTo === null ? subject : `Re: ${replyTo.subject}`,
      date,
      messageId,
      ...(replyTo === null ? {} : { inReplyTo: replyTo.id }),
      body,
    });
    if (kind === 'letter') lastLetter = { id: messageId, subject: replyTo?.subject ?? subject };
    return { raw, internalDate: date, flags: flags(kind, roll, index / count) };
  });
}

function flags(kind: Kind, roll: (sides: number) => number, age: number): string[] {
  if (kind === 'sent') return ['\\Seen'];
  if (kind === 'junk') return [];
  const found: string[] = [];
  // The newest tenth is mostly unread.
  if (age < 0.9 ? roll(12) > 0 : roll(3) === 0) found.push('\\Seen');
  if (roll(11) === 0) found.push('\\Flagged');
  if (kind === 'letter' && found.includes('\\Seen') && roll(3) === 0) found.push('\\Answered');
  if (roll(23) === 0) found.push('$Important');
  return found;
}

function content(
  kind: Kind,
  roll: (sides: number) => number,
  date: Date,
): { from: Person; subject: string; body: string } {
  const number = 10_000 + roll(90_000);
  const project = pick(projects, roll);
  const city = pick(cities, roll);
  const day = date.toISOString().slice(0, 10);
  if (kind === 'order') {
    const subject = pick(
      [`Your order ${number} is on its way`, `Receipt for order ${number}`, `How was order ${number}?`],
      roll,
    );
    return {
      from: senders.shop,
      subject,
      body: `Order ${number} of ${day}.\n\n1 × stoneware bowl, glazed\n${1 + roll(4)} × cup`,
    };
  }
  if (kind === 'statement') {
    const subject = `Your statement for ${day.slice(0, 7)}`;
    return {
      from: senders.bank,
      subject,
      body: 'A new statement is ready in your online banking.\nWe never ask for your password.',
    };
  }
  if (kind === 'build') {
    const outcome = roll(4) === 0 ? 'failed' : 'passed';
    const log = Array.from({ length: 5 + roll(40) }, (_, line) => `step ${line + 1}: ${outcome}`).join('\n');
    return {
      from: senders.builds,
      subject: `[ci] ${project.toLowerCase().replaceAll(' ', '-')} #${number} ${outcome}`,
      body: log,
    };
  }
  if (kind === 'ticket') {
    return {
      from: senders.travel,
      subject: `Booking ${number}: ${city}, ${day}`,
      body: `Coach ${1 + roll(12)}, seat ${1 + roll(80)}.\nHave a good trip to ${city}!`,
    };
  }
  if (kind === 'newsletter') {
    const subject = `The Weekly Ledger: ${pick(['rates', 'harvest', 'freight', 'paper', 'tea'], roll)} and ${city}`;
    return {
      from: senders.weekly,
      subject,
      body: Array.from({ length: 6 + roll(20) }, () => pick(asks, roll)).join('\n\n'),
    };
  }
  if (kind === 'junk') {
    const subject = pick(
      [`You have WON ${number} €!!!`, 'Re: your unclaimed parcel', '💰 Double your savings', 'URGENT: verify now'],
      roll,
    );
    return { from: senders.prize, subject, body: 'Dear friend,\n\nplease do not answer this message.' };
  }
  const subjects = [
    `${project}: notes of ${day}`,
    `Lunch in ${city}?`,
    `Draft ${1 + roll(9)} of the ${project} plan`,
    `Photos from ${city}`,
    `Question about ${project}`,
  ];
  const other = pick(people, roll);
  const body = `Hello,\n\n${pick(asks, roll)}\n${pick(asks, roll)}\n\n${(kind === 'sent' ? owner : other).name ?? 'The board'}`;
  return { from: kind === 'sent' ? owner : other, subject: pick(subjects, roll), body };
}

function pick<T>(choices: readonly T[], roll: (sides: number) => number): T {
  const choice = choices[roll(choices.length)];
  if (choice === undefined) throw new Error('Nothing to choose from.');
  return choice;
}
