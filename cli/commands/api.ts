import type { Command } from 'commander';
import type { Application } from '../command-line/application.ts';
import { value } from '../command-line/options.ts';
import { json, oneOf } from '../command-line/values.ts';
import { jsonText } from '../output/text.ts';

const METHODS = ['GET', 'POST', 'PATCH', 'DELETE'] as const;

export function api(program: Command, app: Application): void {
  const command = program
    .command('api')
    .description('send any request; {account} in the path stands for the account')
    .argument('<method>', METHODS.join(', '))
    .argument('<path>', 'like accounts/{account}/jobs?limit=5');
  const data = value(command, '-d, --data <json>', 'the body: JSON, or @file, or @- for standard input', json);
  app.does(command, async ({ out, account, request }, [method = '', path = '']) => {
    const named = oneOf(METHODS)(method.toUpperCase());
    const filled = path.includes('{account}') ? path.replaceAll('{account}', await account()) : path;
    const { body, text, status } = await request(named, filled, data());
    if (body === null)
      return out.thing({ status, text }, [
        ['status', status],
        ['text', text],
      ]);
    if (out.isJson) return out.thing(Object(body), []);
    out.say(jsonText(body, 2));
  });
}
