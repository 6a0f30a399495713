/**
 * Replaces `@aws-sdk/endpoint-cache` in the bundles. The DynamoDB client creates one but never uses it: no DynamoDB
 * command discovers endpoints. The real one would add 8 KB to every bundle.
 */
export class EndpointCache {}
