import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { acknowledge } from './findings.ts';

/** The recipients of alarms; an existing topic replaces the addresses. */
export type AlarmTopicProps = { readonly alarmEmails: readonly string[]; readonly alarmTopicArn?: string | undefined };

/** The topic of the alarms: the existing one, or a new one that sends to these addresses. */
export function alarmTopic(scope: Construct, id: string, { alarmEmails, alarmTopicArn }: AlarmTopicProps): ITopic {
  if (alarmTopicArn !== undefined) return Topic.fromTopicArn(scope, id, alarmTopicArn);
  const topic = new Topic(scope, id, { enforceSSL: true });
  // `enforceSSL` gives the topic a policy, which replaces the default one. Alarms must be allowed again.
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  );
  for (const address of alarmEmails) topic.addSubscription(new EmailSubscription(address));
  const reason = 'An e-mail that cannot be delivered is not kept: the alarm stays in its state and on the dashboard.';
  acknowledge(topic, { 'Serverless-SNSRedrivePolicy': reason });
  return topic;
}
