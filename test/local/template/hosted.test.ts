import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Complaint } from '../../../local/complaint.ts';
import { hosted, refuseUnknownTypes } from '../../../local/template/hosted.ts';

const FUNCTION = 'AWS::Lambda::Function';
const shape = z.strictObject({
  Handler: z.string(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }),
});
const properties = (more: object = {}) => ({
  Handler: 'index.handler',
  Environment: { Variables: { TABLE: 'Events', NODE_OPTIONS: '--x' } },
  ...more,
});

describe('a resource of the template', () => {
  it('is hosted without the properties that are listed as not hosted', () => {
    expect(hosted({ id: 'Read', type: FUNCTION, properties: properties({ Tags: [] }) }, shape)).toEqual({
      Handler: 'index.handler',
      Environment: { Variables: { TABLE: 'Events' } },
    });
  });

  it('with a property that is neither hosted nor listed is refused by name', () => {
    const read = () => hosted({ id: 'Read', type: FUNCTION, properties: properties({ SnapStart: {} }) }, shape);
    expect(read).toThrow(Complaint);
    expect(read).toThrow(/cannot host Read \(AWS::Lambda::Function\): .*"SnapStart"/);
  });

  it('is hosted without listed properties of list entries', () => {
    const replica = { Region: 'us-east-1', Tags: [], DeletionProtectionEnabled: true };
    const table = { id: 'T', type: 'AWS::DynamoDB::GlobalTable', properties: { Replicas: [replica, replica] } };
    expect(hosted(table, z.unknown())).toEqual({ Replicas: [{ Region: 'us-east-1' }, { Region: 'us-east-1' }] });
  });

  it('of a type that is neither hosted nor listed is refused', () => {
    const resources = (type: string) => ({ resources: [{ id: 'It', type, properties: {} }] });
    expect(() => refuseUnknownTypes(resources(FUNCTION))).not.toThrow();
    expect(() => refuseUnknownTypes(resources('AWS::CloudWatch::Alarm'))).not.toThrow();
    expect(() => refuseUnknownTypes(resources('AWS::StepFunctions::StateMachine'))).toThrow(
      /cannot host It \(AWS::StepFunctions::StateMachine\): its type is not known/,
    );
  });
});
