/** Declares options of a command. Each function returns a getter for what the command line gave. */
import { type Command, Option } from 'commander';
import type { Parser } from './values.ts';

/** An option with one value; undefined if it is absent. */
export function value<Value>(
  command: Command,
  flags: string,
  description: string,
  parse: Parser<Value>,
): () => Value | undefined {
  let given: Value | undefined;
  command.addOption(
    new Option(flags, description).argParser((text) => {
      given = parse(text);
      return given;
    }),
  );
  return () => given;
}

/** An option that may be repeated, and whose value may be several words joined by commas; undefined if it is absent. */
export function list<Value>(
  command: Command,
  flags: string,
  description: string,
  parse: Parser<Value>,
): () => Value[] | undefined {
  const given: Value[] = [];
  command.addOption(
    new Option(flags, description).argParser((text) => {
      given.push(...text.split(',').map((each) => parse(each.trim())));
      return given;
    }),
  );
  return () => (given.length === 0 ? undefined : given);
}

/** An option that may be repeated. Its value may contain commas, and is not split. Undefined if it is absent. */
export function repeated<Value>(
  command: Command,
  flags: string,
  description: string,
  parse: Parser<Value>,
): () => Value[] | undefined {
  const given: Value[] = [];
  command.addOption(
    new Option(flags, description).argParser((text) => {
      given.push(parse(text));
      return given;
    }),
  );
  return () => (given.length === 0 ? undefined : given);
}

/** An option without a value: true if it is given. This also applies to `--no-x`. */
export function flag(command: Command, flags: string, description: string): () => boolean {
  let isGiven = false;
  const option = new Option(flags, description);
  command.addOption(option);
  command.on(`option:${option.name()}`, () => {
    isGiven = true;
  });
  return () => isGiven;
}
