import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolesPage } from '../functions/api/openapi/roles-page.ts';

writeFileSync(fileURLToPath(new URL('../docs/roles.md', import.meta.url)), rolesPage());
