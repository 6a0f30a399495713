/** The stack that hosts the console: one origin for pages, files and API. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { PAGE_ROUTING } from '../../../lib/constructs/console-files.ts';
import { newApp } from '../synthesized.ts';

const HOSTED = { consoleHosting: 'on', consoleClient: 'console', consoleConnects: 'https://login.example.test' };

const template = z.object({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), Properties: z.looseObject({}).default({}) })),
});
type Found = { readonly id: string; readonly properties: Record<string, unknown> };

function hosted(context: Readonly<Record<string, string>> = {}): (type: string) => readonly Found[] {
  const { app, console } = newApp({ ...HOSTED, ...context });
  const { directory } = app.synth();
  const { Resources } = template.parse(JSON.parse(readFileSync(join(directory, console?.templateFile ?? ''), 'utf8')));
  return (type) =>
    Object.entries(Resources).flatMap(([id, { Type, Properties }]) =>
      Type === type ? [{ id, properties: Properties }] : [],
    );
}

const ofType = hosted();
const config = z
  .object({
    DistributionConfig: z.object({
      Origins: z.array(z.looseObject({ Id: z.string() })),
      DefaultCacheBehavior: z.looseObject({}),
      CacheBehaviors: z.array(z.looseObject({ PathPattern: z.string() })),
    }),
  })
  .parse(ofType('AWS::CloudFront::Distribution')[0]?.properties).DistributionConfig;
const behaviour = (path: string) => config.CacheBehaviors.find(({ PathPattern }) => PathPattern === path);
const originOf = (found: Readonly<Record<string, unknown>> | undefined) =>
  config.Origins.find(({ Id }) => Id === found?.TargetOriginId);

/** AWS's policies by the ids that its documentation names. */
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';
const ALL_VIEWER_EXCEPT_HOST_HEADER = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

test('the console is hosted only by a stage that asks for it, and not without a client for its sign-in', () => {
  expect(newApp().console).toBeNull();
  expect(() => newApp({ consoleHosting: 'on' })).toThrow(/consoleHosting.*consoleClient/);
  expect(() => newApp({ ...HOSTED, consoleConnects: 'http://login.example.test' })).toThrow(/consoleConnects/);
});

test('the API is reached by the origin of the console, by every method, with all headers but the host, and uncached', () => {
  expect(behaviour('/api/*')).toMatchObject({
    AllowedMethods: expect.arrayContaining(['GET', 'HEAD', 'POST', 'PATCH', 'DELETE']),
    CachePolicyId: CACHING_DISABLED,
    OriginRequestPolicyId: ALL_VIEWER_EXCEPT_HOST_HEADER,
    ViewerProtocolPolicy: 'https-only',
  });
  expect(behaviour('/api/*')).not.toHaveProperty('FunctionAssociations');
  expect(originOf(behaviour('/api/*'))).toMatchObject({
    CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginReadTimeout: 45 },
  });
});

test('with a custom domain the API is reached by that domain', () => {
  const certificateArn = 'arn:aws:acm:eu-central-1:111122223333:certificate/0f';
  const [distribution] = hosted({ domainName: 'api.example.test', certificateArn })('AWS::CloudFront::Distribution');
  expect(JSON.stringify(distribution)).toMatch(/ImportValue":"[^"]*RefJobsApiDomain/);
  expect(JSON.stringify(originOf(behaviour('/api/*')))).toMatch(/ImportValue":"[^"]*ApiEndpoint/);
});

test('the bucket is read by this distribution alone, which sees that a file is missing', () => {
  const [bucket] = ofType('AWS::S3::Bucket');
  expect(bucket?.properties.PublicAccessBlockConfiguration).toEqual({
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  });
  expect(originOf(config.DefaultCacheBehavior)).toHaveProperty('OriginAccessControlId');
  const [policy] = ofType('AWS::S3::BucketPolicy');
  const statements = z
    .object({ PolicyDocument: z.object({ Statement: z.array(z.looseObject({ Effect: z.string() })) }) })
    .parse(policy?.properties).PolicyDocument.Statement;
  const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
  expect(allowed.map(({ Action }) => Action)).toEqual([['s3:GetObject', 's3:ListBucket']]);
  for (const { Principal, Condition } of allowed) {
    expect(Principal).toEqual({ Service: 'cloudfront.amazonaws.com' });
    expect(JSON.stringify(Condition)).toContain('"AWS:SourceArn"');
  }
});

test('pages and files have the content security policy; assets stay in caches, all other files are requested again', () => {
  const named = Object.fromEntries(
    ofType('AWS::CloudFront::ResponseHeadersPolicy').map(({ id, properties }) => [id, properties]),
  );
  const headersOf = (found: Readonly<Record<string, unknown>> | undefined) =>
    named[
      z.object({ ResponseHeadersPolicyId: z.object({ Ref: z.string() }) }).parse(found).ResponseHeadersPolicyId.Ref
    ];
  const withCache = (value: string) => ({
    ResponseHeadersPolicyConfig: {
      CustomHeadersConfig: { Items: [{ Header: 'cache-control', Value: value, Override: true }] },
      SecurityHeadersConfig: {
        ContentSecurityPolicy: {
          Override: true,
          ContentSecurityPolicy: [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "font-src 'self'",
            "connect-src 'self' https://issuer.example.test https://login.example.test",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
          ].join('; '),
        },
        ContentTypeOptions: { Override: true },
        FrameOptions: { FrameOption: 'DENY', Override: true },
        ReferrerPolicy: { ReferrerPolicy: 'no-referrer', Override: true },
        StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000, Override: true },
      },
    },
  });
  expect(headersOf(config.DefaultCacheBehavior)).toMatchObject(withCache('no-cache'));
  expect(headersOf(behaviour('/assets/*'))).toMatchObject(withCache('public, max-age=31536000, immutable'));
  expect(config.DefaultCacheBehavior).toMatchObject({ CachePolicyId: CACHING_DISABLED });
  expect(behaviour('/assets/*')).toMatchObject({ CachePolicyId: CACHING_OPTIMIZED });
});

test('only the default behaviour sends pages to index.html: a missing asset and the API stay as they are', () => {
  const routed = { FunctionAssociations: [{ EventType: 'viewer-request', FunctionARN: expect.anything() }] };
  expect(config.DefaultCacheBehavior).toMatchObject(routed);
  for (const { FunctionAssociations } of config.CacheBehaviors) expect(FunctionAssociations).toBeUndefined();
  const [routing] = ofType('AWS::CloudFront::Function');
  expect(routing?.properties).toMatchObject({
    FunctionCode: PAGE_ROUTING,
    FunctionConfig: { Runtime: 'cloudfront-js-2.0' },
  });
});

test.each([
  ['/', '/index.html'],
  ['/index.html', '/index.html'],
  ['/favicon.svg', '/favicon.svg'],
  ['/a/acc_demo/jobs', '/index.html'],
  ['/a/acc.demo/jobs/job_1', '/index.html'],
  ['/a/acc_demo/jobs/', '/index.html'],
  ['/webhooks/whk_1', '/index.html'],
])('%s is answered by %s', (uri, file) => {
  const context = { event: { request: { uri, headers: {} } } };
  expect(runInNewContext(`${PAGE_ROUTING}\nhandler(event).uri`, context)).toBe(file);
});
