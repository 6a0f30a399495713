/** Where results go: data to stdout, everything else to stderr. People get tables and lines, scripts get JSON. */
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import { asText, checkFields, fieldOf, picked } from './fields.ts';
import { type Column, tableLines } from './table.ts';
import { cut, jsonText, printable, wrapped } from './text.ts';

export type Style = 'red' | 'green' | 'yellow' | 'dim' | 'bold';

export type OutputSettings = {
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly isJson: boolean;
  readonly isQuiet: boolean;
  readonly hasColour: boolean;
  /** The width of the terminal in columns; null if stdout is not a terminal. */
  readonly width: number | null;
  readonly fields: readonly string[] | null;
};

/** A line of a detail view: its name and its value. A line whose value is null is left out. */
export type Line = readonly [name: string, value: string | number | null, style?: Style | null];

export type Output = {
  readonly isJson: boolean;
  /** A list: one table, or one JSON array. */
  rows<Row>(rows: readonly Row[], columns: readonly Column<Row>[], whenEmpty: string): void;
  /** One line for each thing as it comes (NDJSON), cut to fit a terminal. Resolves when stdout can take more. */
  each<Row>(row: Row, line: string): Promise<void>;
  /** One thing: named lines, or one JSON document. */
  thing(thing: object, lines: readonly Line[]): void;
  /** There is no such thing: JSON `null`, and nothing for people. */
  none(): void;
  /** Text for people, on stdout; nothing with `--json`. */
  say(text: string): void;
  /** Progress and hints, on stderr; nothing with `--quiet` or `--json`. */
  note(text: string): void;
};

const MIN_NAME_WIDTH = 12;
/** Values that have less room than this are wider than the terminal. */
const MIN_VALUE_WIDTH = 20;

export function createOutput({ stdout, stderr, isJson, isQuiet, hasColour, width, fields }: OutputSettings): Output {
  const print = (text: string): void => void stdout.write(`${text}\n`);
  const shown = (thing: unknown): unknown => (fields === null ? thing : picked(thing, fields));
  const styled = (style: Style, text: string): string => (hasColour ? styleText(style, text) : text);

  return {
    isJson,
    rows(rows, columns, whenEmpty) {
      if (fields !== null && rows.length > 0) checkFields(rows[0], fields);
      if (isJson) return print(jsonText(rows.map(shown), 2));
      if (rows.length === 0) return void (isQuiet || stderr.write(`${whenEmpty}\n`));
      const used = fields === null ? columns : fields.map((name) => columnOf<(typeof rows)[number]>(name));
      const [header = '', ...lines] = tableLines(rows, used, width);
      print([styled('bold', header), ...lines].join('\n'));
    },
    async each(row, line) {
      if (fields !== null) checkFields(row, fields);
      const plain = fields === null ? line : fields.map((name) => printable(asText(fieldOf(row, name)))).join('\t');
      const fitting = width === null ? plain : cut(plain.replaceAll('\t', '  '), width);
      const text = isJson ? jsonText(shown(row)) : fitting;
      if (!stdout.write(`${text}\n`)) await once(stdout, 'drain');
    },
    thing(thing, lines) {
      if (fields !== null) checkFields(thing, fields);
      if (isJson) return print(jsonText(shown(thing), 2));
      const all = fields === null ? lines : fields.map((name): Line => [name, asText(fieldOf(thing, name))]);
      const present = all.filter(([, value]) => value !== null && value !== '');
      const nameWidth = Math.max(MIN_NAME_WIDTH, ...present.map(([name]) => name.length));
      for (const [name, value, style = null] of present) {
        const text = printable(String(value));
        const parts = width === null ? [text] : wrapped(text, Math.max(MIN_VALUE_WIDTH, width - nameWidth - 2));
        parts.forEach((part, at) => {
          const title = styled('dim', (at === 0 ? name : '').padEnd(nameWidth));
          print(`${title}  ${style === null ? part : styled(style, part)}`);
        });
      }
    },
    none: () => {
      if (isJson) print('null');
    },
    say: (text) => {
      if (!isJson) print(text);
    },
    note: (text) => {
      if (!isJson && !isQuiet) stderr.write(`${text}\n`);
    },
  };
}

function columnOf<Row>(name: string): Column<Row> {
  return { title: name.toUpperCase(), value: (row) => asText(fieldOf(row, name)), least: 8 };
}
