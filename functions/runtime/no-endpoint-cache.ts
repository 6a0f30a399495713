/**
 * Stands in for `@aws-sdk/endpoint-cache` in the bundles. The DynamoDB client makes one and never asks it: no command of
 * DynamoDB discovers endpoints. The real one would be 8 KB of every bundle that nothing reaches.
 */
export class EndpointCache {}
