import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { REQUESTS } from '../aws/requests.ts';

/** One client per process. `undefined` is dropped, so that an absent attribute is missing and never NULL. */
export function documentClient(): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient(REQUESTS), {
    marshallOptions: { removeUndefinedValues: true },
  });
}
