import fc from 'fast-check';
import { TypeID } from 'typeid-js';
import { expect, test } from 'vitest';
import { decodeBase32, encodeBase32 } from '../../../functions/domain/ids/base32.ts';
import { emailId } from '../../../functions/domain/ids/ids.ts';
import { decodeEmailId, encodeEmailId } from '../../../functions/domain/mail/email-id.ts';

const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 });
const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });

test('base32 writes 16 bytes as TypeID does, and reads them back', () => {
  fc.assert(
    fc.property(sixteen, (bytes) => {
      const text = encodeBase32(bytes);
      expect(`eml_${text}`).toBe(TypeID.fromUUIDBytes('eml', bytes).toString());
      expect(decodeBase32(text)).toEqual(bytes);
    }),
  );
});

test('base32 refuses anything other than 16 bytes', () => {
  for (const length of [0, 15, 17]) expect(() => encodeBase32(new Uint8Array(length))).toThrow(RangeError);
});

test('an email id decodes to mailbox key, UIDVALIDITY and UID, and is one of our ids', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9a-f]{16}$/), uint32, uint32, (mailboxKey, uidValidity, uid) => {
      const id = encodeEmailId({ mailboxKey, uidValidity, uid });
      expect(emailId.parse(id)).toBe(id);
      expect(decodeEmailId(id)).toEqual({ mailboxKey, uidValidity, uid });
    }),
  );
});

test.each([
  '',
  'eml_',
  'job_00000000000000000000000000',
  'eml_80000000000000000000000000',
  'eml_0000000000000000000000000I',
])('%s is not an email id', (text) => {
  expect(decodeEmailId(text)).toBeNull();
});
