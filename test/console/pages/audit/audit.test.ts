import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  actionsOf,
  auditFilterOf,
  readAuditSearch,
  reasonOf,
  SUBJECTS,
} from '../../../../console/pages/audit/audit-search.ts';

describe('the search of the audit', () => {
  test('is the filter of the API, with lengths of time counted back from now', () => {
    const search = readAuditSearch({
      subject: 'job',
      action: ['job_deleted', 'job_updated', 'job_deleted'],
      actor_id: 'jane',
      since: '24h',
      until: '2026-11-29T12:00:00.000Z',
      other: 'x',
    });
    expect(auditFilterOf(search)).toEqual({
      subject: ['job'],
      action: ['job_deleted', 'job_updated'],
      actor_id: ['jane'],
      at: { gte: '-24h', lt: '2026-11-29T12:00:00.000Z' },
    });
    expect(auditFilterOf(readAuditSearch({}))).toEqual({});
  });

  test('passes an unknown value on, so that the service refuses it', () => {
    expect(auditFilterOf(readAuditSearch({ action: 'job_exploded' }))).toEqual({ action: ['job_exploded'] });
  });

  test('offers every action of the API, each with one kind of resource', () => {
    const document = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../../../functions/api/openapi/openapi.json'), 'utf8'),
    );
    const offered = SUBJECTS.flatMap((subject) => actionsOf(subject));
    expect(offered.toSorted()).toEqual(document.components.schemas.AuditAction.enum.toSorted());
  });
});

test.each([
  [{ reason: 'by mistake' }, 'by mistake'],
  [{ note: 'the provider works on it' }, 'the provider works on it'],
  [{ reason: '' }, null],
  [{ reason: 7 }, null],
  [{}, null],
  [null, null],
  ['reason', null],
])('the reason of an entry with the data %j is %j', (data, reason) => {
  expect(reasonOf({ data })).toBe(reason);
});
