import { FAILURE_CATEGORIES, FAILURE_CODES, FAILURES } from './catalogue.ts';
import { EXPLANATIONS } from './explanations.ts';

const WHO = {
  nobody: 'nobody',
  mailbox_owner: 'the mailbox owner',
  operator: 'the operator',
  us: 'us',
} as const;

/** The catalogue of failures as a page (Markdown): what each code means, who must act and how, by category. */
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
