import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { failuresPage } from '../functions/domain/failure/document.ts';

writeFileSync(fileURLToPath(new URL('../docs/failures.md', import.meta.url)), failuresPage());
