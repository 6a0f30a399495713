import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { CredentialVault } from '../../ports/credential-vault.ts';
import { batchGet } from './batch-get.ts';
import { connectionsOf } from './credential-opener.ts';

/** The connection fields of credentials, for functions that open no secret. */
export function dynamoConnections(client: DynamoDBDocumentClient, table: string): Pick<CredentialVault, 'connections'> {
  return {
    async connections(ids) {
      const items = await batchGet(
        client,
        table,
        [...new Set(ids)].map((id) => ({ id })),
        { consistent: true },
      );
      return connectionsOf(items);
    },
  };
}
