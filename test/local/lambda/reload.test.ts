import { expect, it } from 'vitest';
import { reloadFunctions } from '../../../local/lambda/reload.ts';
import type { Assembly } from '../../../local/template/assembly.ts';

const digest = (letter: string): string => letter.repeat(64);

/** An assembly with one function and its version; CDK puts a digest of the code into both. */
function assembly(directory: string, code: string, memory = 512): Assembly {
  const resource = (id: string, type: string, properties: object) => ({ id, type, properties: { ...properties } });
  return {
    directory,
    exports: new Map([['Table', { Ref: 'Events' }]]),
    resources: [
      resource('Read', 'AWS::Lambda::Function', { Code: { S3Key: `${digest(code)}.zip` }, MemorySize: memory }),
      resource(`ReadCurrentVersion12E45678${code.repeat(32)}`, 'AWS::Lambda::Version', {
        FunctionName: { Ref: 'Read' },
      }),
    ],
  };
}

function loaded(running: Assembly, fresh: Assembly) {
  const directories: string[] = [];
  const pools = new Map([['Read', { load: (directory: string) => void directories.push(directory) }]]);
  return { reload: reloadFunctions(running, fresh, pools), directories };
}

it('functions of which only the code changed are loaded from the new assembly', () => {
  expect(loaded(assembly('/old', 'a'), assembly('/new', 'b'))).toEqual({
    reload: 'reloaded',
    directories: [`/new/asset.${digest('b')}`],
  });
});

it('a template with other changes than code loads nothing', () => {
  expect(loaded(assembly('/old', 'a'), assembly('/new', 'b', 1024))).toEqual({ reload: 'changed', directories: [] });
  const more = assembly('/new', 'b');
  const table = { id: 'Events', type: 'AWS::DynamoDB::GlobalTable', properties: {} };
  expect(loaded(assembly('/old', 'a'), { ...more, resources: [...more.resources, table] }).reload).toBe('changed');
});
