import { retryPolicy } from '../job/retry.ts';
import { FAILURE_CATEGORIES, FAILURE_CODES, FAILURES, type FailureCode } from './catalogue.ts';
import { EXPLANATIONS } from './explanations.ts';

const WHO = {
  nobody: 'nobody',
  mailbox_owner: 'the mailbox owner',
  operator: 'the operator',
  us: 'us',
} as const;

/** The catalogue of failures as Markdown: the meaning of each code, who must act and how, by category. */
export function failuresPage(): string {
  const sections = FAILURE_CATEGORIES.map((category) => {
    const rows = FAILURE_CODES.filter((code) => FAILURES[code].category === category).map((code) => {
      const { title, explanation, who, next_step: next } = EXPLANATIONS[code];
      const { scope } = FAILURES[code];
      return `| \`${code}\` | ${title}. ${explanation} | ${scope} | ${WHO[who]} | ${next} |`;
    });
    return [
      `## ${category}`,
      '',
      '| code | meaning | concerns | who acts | next step |',
      '| --- | --- | --- | --- | --- |',
      ...rows,
    ];
  });
  const intro = 'What `last_error_code` says, as `GET /api/failures` serves it. Written by `npm run failures`.';
  return `${['# Failures', '', intro, ...sections.flatMap((lines) => ['', ...lines])].join('\n')}\n`;
}

const UNITS = [
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const;

function duration(seconds: number): string {
  const [size, unit] = UNITS.find(([each]) => seconds % each === 0) ?? [1, 's'];
  return `${seconds / size} ${unit}`;
}

function retryCells(code: FailureCode): string {
  const policy = retryPolicy(code);
  const wait = (seconds: number | null): string =>
    seconds === null ? 'not tried again' : `${policy.delays_are === 'up_to' ? 'up to' : 'about'} ${duration(seconds)}`;
  const attempts = policy.max_attempts ?? 'no limit';
  return `${attempts} | ${wait(policy.first_delay_seconds)} | ${wait(policy.longest_delay_seconds)} |`;
}

/**
 * The retry table of `docs/recovery.md` as Markdown: one row per category, and one per code that differs from its
 * category.
 */
export function retryTable(): string {
  const rows = FAILURE_CATEGORIES.flatMap((category) => {
    const codes = FAILURE_CODES.filter((code) => FAILURES[code].category === category);
    const cells = codes.map(retryCells);
    // The most frequent policy of a category counts as the category's own.
    const common = cells.toSorted((one, other) => count(cells, other) - count(cells, one))[0] ?? '';
    const others = codes.filter((code) => retryCells(code) !== common);
    return [`| ${category} | ${common}`, ...others.map((code) => `| ${category}: \`${code}\` | ${retryCells(code)}`)];
  });
  return ['| category | attempts | first wait | longest wait |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

const count = (cells: readonly string[], cell: string): number => cells.filter((each) => each === cell).length;
