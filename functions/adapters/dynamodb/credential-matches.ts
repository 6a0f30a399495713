/**
 * Finds the credentials of an account by a name: rows of the secrets table, keyed by a digest of account, kind and
 * name, because user names must not be in any other table. A row is a set, so adding and removing are idempotent.
 */
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { SubjectKind } from '../../domain/webhook/endpoint.ts';
import type { CredentialFinder } from '../../ports/credential-finder.ts';
import { ids } from '../ids/ids.ts';
import { MATCH_PREFIX } from './tables.ts';

const rowSchema = z.object({ credentials: z.set(z.string()) });

/** User names are compared without regard to case, as mail servers do. */
export function matchKey(accountId: string, kind: SubjectKind, value: string): string {
  const name = kind === 'username' ? value.trim().normalize('NFC').toLowerCase() : value;
  return `${MATCH_PREFIX}${ids.digest([accountId, kind, name])}`;
}

export function credentialMatches(client: DynamoDBDocumentClient, table: string) {
  const change = async (verb: 'ADD' | 'DELETE', key: string, credentialId: string): Promise<void> => {
    await client.send(
      new UpdateCommand({
        TableName: table,
        Key: { id: key },
        UpdateExpression: `${verb} credentials :one`,
        ExpressionAttributeValues: { ':one': new Set([credentialId]) },
      }),
    );
  };
  return {
    add: (key: string, credentialId: string) => change('ADD', key, credentialId),
    remove: (key: string, credentialId: string) => change('DELETE', key, credentialId),
  };
}

export function dynamoCredentialFinder(client: DynamoDBDocumentClient, table: string): CredentialFinder {
  return {
    async find(accountId, kind, value) {
      const Key = { id: matchKey(accountId, kind, value) };
      const { Item } = await client.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }));
      const row = rowSchema.safeParse(Item);
      // Ids sort by creation time.
      return row.success ? [...row.data.credentials].sort().reverse() : [];
    },
  };
}
