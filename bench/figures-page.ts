/** The page with its section of this title replaced, or added at the end. Sections begin with `## <title>`. */
export function withSection(page: string, title: string, lines: readonly string[]): string {
  const heading = `## ${title}`;
  const [intro = '', ...sections] = page.split(/^(?=## )/m);
  const section = `${[heading, ...lines].join('\n').trimEnd()}\n`;
  const isOld = (each: string): boolean => each.startsWith(`${heading}\n`);
  const at = sections.findIndex(isOld);
  const updated = at < 0 ? [...sections, section] : sections.with(at, section);
  return `${[intro, ...updated].map((each) => each.trimEnd()).join('\n\n')}\n`;
}
