/**
 * Generates TypeScript types of the document's operations, for clients, with openapi-typescript. It needs the compiler
 * interface of TypeScript 5, which TypeScript 7 no longer has. So while it is loaded, the name `typescript` resolves to
 * version 5, which is installed as `typescript-5`.
 */
import { registerHooks } from 'node:module';
import type { Schema } from './schemas.ts';

const HEAD = '// Written by `npm run openapi` from functions/api/openapi/openapi.json. Do not edit it.\n\n';

async function generator() {
  const hooks = registerHooks({
    resolve: (specifier, context, next) => next(specifier === 'typescript' ? 'typescript-5' : specifier, context),
  });
  try {
    return await import('openapi-typescript');
  } finally {
    hooks.deregister();
  }
}

/** The source text of a module with the types `paths`, `components` and `operations`. */
export async function typesOf(document: Schema): Promise<string> {
  const { default: openapiTS, astToString } = await generator();
  // With the generator's default settings, so that anyone who runs it on the document gets the same types.
  return HEAD + astToString(await openapiTS(JSON.stringify(document), { silent: true }));
}
