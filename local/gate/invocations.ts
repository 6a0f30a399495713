/**
 * Who may invoke which function: the resource policies of the functions, one statement per `AWS::Lambda::Permission`.
 */
import * as z from 'zod';
import { Complaint } from '../complaint.ts';
import { ACCOUNT, REGION, type Resource } from '../template/assembly.ts';
import { hosted } from '../template/hosted.ts';

const permission = z.strictObject({
  Action: z.literal('lambda:InvokeFunction'),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string(),
});

export type Invocations = {
  /** Throws Complaint when no statement lets this service invoke this function from this source. */
  require(function_: string, principal: string, sourceArn: string): void;
};

/** The policies made from resolved resources. */
export function invocationsOf(permissions: readonly Resource[]): Invocations {
  const known = permissions.map((each) => hosted(each, permission));
  return {
    require(function_, principal, sourceArn) {
      const allowed = known.some(
        (each) => each.FunctionName === function_ && each.Principal === principal && isLike(each.SourceArn, sourceArn),
      );
      if (!allowed) throw new Complaint(`Nothing lets ${principal} invoke ${function_} for ${sourceArn}.`);
    },
  };
}

/**
 * The source of an invocation by API Gateway: API, stage, method and path. The route `$default` has neither method nor
 * path (AWS: "Working with AWS Lambda proxy integrations for HTTP APIs").
 */
export function routeArn(apiId: string, routeKey: string): string {
  const api = `arn:aws:execute-api:${REGION}:${ACCOUNT}:${apiId}`;
  return `${api}/$default/${routeKey.replace(' /', '/')}`;
}

/** A `*` matches any text, also slashes. */
function isLike(pattern: string, arn: string): boolean {
  const source = pattern.replace(/[\\^$.|+?()[\]{}]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${source}$`).test(arn);
}
