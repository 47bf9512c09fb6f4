// Ids as Cosmos DB takes them: reversible, allowed, in the same order.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeId, encodeId, isUsableId, MAX_ID_BYTES } from '../../../shared/store/ids.ts';

const anyId = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(...' !"#$%./>?[\\~}\u007fé\u0000A-'), maxLength: 6 }),
);
const byBytes = (a: string, b: string): number => Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));

describe('encodeId', () => {
  test('decodes to the same id', () => {
    fc.assert(fc.property(anyId, (id) => decodeId(encodeId(id)) === id));
  });

  test('uses only printable ASCII that Cosmos DB allows', () => {
    fc.assert(fc.property(anyId, (id) => /^[!"$&-.0->@-[\]-~]*$/.test(encodeId(id))));
  });

  test('keeps the order, and tells different ids apart', () => {
    fc.assert(fc.property(anyId, anyId, (a, b) => byBytes(encodeId(a), encodeId(b)) === byBytes(a, b)));
  });

  test('leaves plain ids as they are', () => {
    for (const id of ['6f9619ff-8b86-d011-b42d-00c04fc964ff', 'user|1', 'A_b-c:d@e,f(g)', "it's"]) {
      expect(encodeId(id)).toBe(id);
    }
    expect(encodeId('a/b.c d')).toBe('a.2fb.2ec!20d');
    expect(encodeId('é')).toBe('~0000e9');
  });
});

describe('isUsableId', () => {
  test('accepts exactly what fits once encoded', () => {
    expect(isUsableId('a'.repeat(MAX_ID_BYTES))).toBe(true);
    expect(isUsableId('a'.repeat(MAX_ID_BYTES + 1))).toBe(false);
    expect(isUsableId('/'.repeat(341))).toBe(true);
    expect(isUsableId('/'.repeat(342))).toBe(false);
    expect(isUsableId('é'.repeat(146))).toBe(true);
    expect(isUsableId('é'.repeat(147))).toBe(false);
  });

  test('refuses the empty id and broken Unicode', () => {
    expect(isUsableId('')).toBe(false);
    expect(isUsableId('\udc00')).toBe(false);
  });
});
