/**
 * The permissions of a role, from the policy statements of the template. Only the forms that this template uses are
 * supported: `Allow`, named actions, whole ARNs, and two condition operators. Every other form throws, so that none is
 * evaluated wrongly.
 */
import * as z from 'zod';

/**
 * The permission that a call needs: an action on a resource, and the values of the condition keys that AWS would
 * compare.
 */
export type Need = {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, readonly string[]>>;
};

/** One action on one resource, for one value of a condition. A role has a list of these. */
export type Permission = {
  readonly action: string;
  readonly resource: string;
  readonly condition: { readonly key: string; readonly value: string } | null;
};

export const LEADING_KEYS = 'dynamodb:LeadingKeys';
export const ENCRYPTION_CONTEXT = 'kms:EncryptionContext:';

/** The actions for which the gate computes `dynamodb:LeadingKeys`. For others the condition would count as absent. */
const WITH_LEADING_KEYS: ReadonlySet<string> = new Set(
  ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem', 'BatchGetItem', 'BatchWriteItem'].map(
    (operation) => `dynamodb:${operation}`,
  ),
);

const exact = z.string().regex(/^[^*?]+$/, 'a wildcard');
const oneOrMore = <Item extends z.ZodType>(item: Item) =>
  z.union([item.transform((value) => [value]), z.array(item).min(1)]);
const statementSchema = z
  .strictObject({
    Effect: z.literal('Allow'),
    Action: oneOrMore(exact),
    Resource: oneOrMore(exact),
    Condition: z
      .union([
        z.strictObject({
          StringEquals: z.record(z.templateLiteral([ENCRYPTION_CONTEXT, z.string()]), oneOrMore(z.string())),
        }),
        z.strictObject({
          'ForAllValues:StringLike': z.strictObject({ [LEADING_KEYS]: oneOrMore(z.string()) }),
        }),
      ])
      .optional(),
  })
  .refine(
    ({ Action, Condition }) =>
      Condition === undefined || 'StringEquals' in Condition || Action.every((action) => WITH_LEADING_KEYS.has(action)),
    `${LEADING_KEYS} on an action for which it is not worked out`,
  );

export type Statement = {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly Condition[];
};

type Condition = {
  readonly operator: 'StringEquals' | 'ForAllValues:StringLike';
  readonly key: string;
  readonly values: readonly string[];
};

const documentSchema = z.strictObject({ Version: z.literal('2012-10-17'), Statement: z.array(statementSchema) });

/** The statements of a policy document with resolved values. Throws ZodError for an unsupported form. */
export function statementsOf(document: unknown): readonly Statement[] {
  return documentSchema.parse(document).Statement.map(({ Action, Resource, Condition: given }) => ({
    actions: Action,
    resources: Resource,
    conditions: conditionsOf(given),
  }));
}

function conditionsOf(given: z.infer<typeof statementSchema>['Condition']): readonly Condition[] {
  if (given === undefined) return [];
  if ('StringEquals' in given)
    return Object.entries(given.StringEquals).map(([key, values]) => ({ operator: 'StringEquals', key, values }));
  return [
    { operator: 'ForAllValues:StringLike', key: LEADING_KEYS, values: given['ForAllValues:StringLike'][LEADING_KEYS] },
  ];
}

/** Every permission that these statements give. */
export function permissionsOf(statements: readonly Statement[]): readonly Permission[] {
  return statements.flatMap((statement) =>
    statement.actions.flatMap((action) =>
      statement.resources.flatMap((resource): readonly Permission[] =>
        statement.conditions.length === 0
          ? [{ action, resource, condition: null }]
          : statement.conditions.flatMap(({ key, values }) =>
              values.map((value) => ({ action, resource, condition: { key, value } })),
            ),
      ),
    ),
  );
}

/**
 * The permissions that allow the need; null when there are none. A statement without a condition is preferred: a
 * narrower one is then never used, and is reported as unused.
 */
export function allowedBy(statements: readonly Statement[], need: Need): readonly Permission[] | null {
  const fitting = statements.filter(
    ({ actions, resources }) => actions.includes(need.action) && resources.includes(need.resource),
  );
  const { action, resource } = need;
  const ordered = [...fitting].sort((one, other) => one.conditions.length - other.conditions.length);
  const allowing = ordered.find(({ conditions }) => conditions.every((condition) => holds(condition, need)));
  if (allowing === undefined) return null;
  if (allowing.conditions.length === 0) return [{ action, resource, condition: null }];
  return allowing.conditions.flatMap((condition) =>
    condition.values
      .filter((value) => valuesOf(need, condition.key).some((given) => matches(condition.operator, value, given)))
      .map((value) => ({ action, resource, condition: { key: condition.key, value } })),
  );
}

/**
 * IAM: `ForAllValues` also holds when the request has no value for the key; `StringEquals` then does not. Several
 * values of a condition are alternatives.
 */
function holds(condition: Condition, need: Need): boolean {
  const given = valuesOf(need, condition.key);
  if (condition.operator === 'StringEquals' && given.length === 0) return false;
  return given.every((value) => condition.values.some((pattern) => matches(condition.operator, pattern, value)));
}

const valuesOf = ({ context }: Need, key: string): readonly string[] => context[key] ?? [];

function matches(operator: Condition['operator'], pattern: string, value: string): boolean {
  if (operator === 'StringEquals') return pattern === value;
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(value);
}

/** A permission as a line of text. */
export function permissionText(holder: string, { action, resource, condition }: Permission): string {
  return `${holder} ${action} ${resource}${condition === null ? '' : ` [${condition.key} ${condition.value}]`}`;
}
