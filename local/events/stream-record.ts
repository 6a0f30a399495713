import type { _Record as StreamRecord } from '@aws-sdk/client-dynamodb-streams';
import { REGION } from '../template/assembly.ts';

/** A stream record in the format of Lambda. */
export type LambdaRecord = {
  readonly eventID: string;
  readonly eventName: string;
  readonly eventVersion: string;
  readonly eventSource: 'aws:dynamodb';
  readonly awsRegion: string;
  readonly eventSourceARN: string;
  readonly dynamodb: {
    readonly ApproximateCreationDateTime: number;
    readonly Keys: unknown;
    readonly NewImage: unknown;
    readonly OldImage: unknown;
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    readonly StreamViewType: string;
  };
};

/** The record of DynamoDB Streams in the format of Lambda. */
export function lambdaRecord({ eventID, eventName, dynamodb }: StreamRecord, streamArn: string): LambdaRecord {
  return {
    eventID: eventID ?? '',
    eventName: eventName ?? '',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: REGION,
    eventSourceARN: streamArn,
    dynamodb: {
      ApproximateCreationDateTime: (dynamodb?.ApproximateCreationDateTime ?? new Date()).getTime() / 1000,
      Keys: dynamodb?.Keys,
      NewImage: dynamodb?.NewImage,
      OldImage: dynamodb?.OldImage,
      SequenceNumber: dynamodb?.SequenceNumber ?? '',
      SizeBytes: dynamodb?.SizeBytes ?? 0,
      StreamViewType: dynamodb?.StreamViewType ?? 'NEW_IMAGE',
    },
  };
}
