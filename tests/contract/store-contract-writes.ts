// The contract of reads and writes by key: etags, batches, bulk, time to live, limits.
import { describe, expect, test } from 'vitest';
import { type BatchOperation, MAX_DOC_BYTES } from '../../shared/store/port.ts';
import { fieldOf } from '../../shared/store/rows.ts';
import { expectRefused, freshPk, makeDoc, type Subject } from './store-contract.ts';

const TWO_MB_TEXT = 'x'.repeat(MAX_DOC_BYTES);

export function writeContract(subject: Subject): void {
  describe('single documents', () => {
    test('gives back what was created, by id and partition, with the etag of the write', async () => {
      const { store, second } = subject();
      const pk = freshPk();
      const etag = await store.create('customers', makeDoc(pk, 'a', { n: 1 }));
      expect(await second.read('customers', pk, 'a')).toEqual({ doc: makeDoc(pk, 'a', { n: 1 }), etag });
      expect(await store.read('customers', pk, 'b')).toBeUndefined();
      expect(await store.read('customers', freshPk(), 'a')).toBeUndefined();
      expect(await store.read('findings', pk, 'a')).toBeUndefined();
    });

    test('keeps numbers, text of any script, nesting, booleans and null as they were', async () => {
      const { store } = subject();
      const pk = freshPk();
      const doc = makeDoc(pk, 'a', {
        numbers: [0, -1, 1.5, 1e-7, 1e21, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 0.1 + 0.2],
        text: 'Zoë 東京 🧑‍🚀 "quoted" \\ / \u0000 \u2028 \u001f \ufeff',
        nested: { empty: {}, list: [[], [null, { deep: [true, false] }]], 'odd key / ? # "': 1, '': 2 },
        nothing: null,
        zero: '',
      });
      await store.upsert('customers', doc);
      expect((await store.read('customers', pk, 'a'))?.doc).toEqual(doc);
    });

    test('leaves out fields that are undefined', async () => {
      const { store } = subject();
      const pk = freshPk();
      await store.create('customers', makeDoc(pk, 'a', { there: 1, gone: undefined }));
      const read = await store.read('customers', pk, 'a');
      expect(Object.keys(read?.doc ?? {}).sort()).toEqual(['id', 'pk', 'schemaVersion', 'there', 'type']);
    });

    test('refuses to create what exists, and changes nothing', async () => {
      const { store, second } = subject();
      const pk = freshPk();
      const etag = await store.create('customers', makeDoc(pk, 'a', { n: 1 }));
      await expectRefused(second.create('customers', makeDoc(pk, 'a', { n: 2 })), 'conflict');
      expect(await store.read('customers', pk, 'a')).toEqual({ doc: makeDoc(pk, 'a', { n: 1 }), etag });
    });

    test('replaces only what still has the etag', async () => {
      const { store, second } = subject();
      const pk = freshPk();
      const first = await store.create('customers', makeDoc(pk, 'a', { n: 1 }));
      const next = await second.replace('customers', makeDoc(pk, 'a', { n: 2 }), first);
      expect(next).not.toBe(first);
      await expectRefused(store.replace('customers', makeDoc(pk, 'a', { n: 3 }), first), 'preconditionFailed');
      expect(await store.read('customers', pk, 'a')).toEqual({ doc: makeDoc(pk, 'a', { n: 2 }), etag: next });
      await expectRefused(store.replace('customers', makeDoc(pk, 'none'), next), 'notFound');
    });

    test('upserts without an etag always, with one as a replace', async () => {
      const { store } = subject();
      const pk = freshPk();
      const first = await store.upsert('customers', makeDoc(pk, 'a', { n: 1, old: true }));
      const second = await store.upsert('customers', makeDoc(pk, 'a', { n: 2 }));
      expect(await store.read('customers', pk, 'a')).toEqual({ doc: makeDoc(pk, 'a', { n: 2 }), etag: second });
      await expectRefused(store.upsert('customers', makeDoc(pk, 'a'), first), 'preconditionFailed');
      await expectRefused(store.upsert('customers', makeDoc(pk, 'none'), first), 'notFound');
      expect(await store.upsert('customers', makeDoc(pk, 'a', { n: 3 }), second)).not.toBe(second);
    });

    test('gives a new etag for an equal document, and after deleting and creating again', async () => {
      const { store } = subject();
      const pk = freshPk();
      const etags = [await store.create('customers', makeDoc(pk, 'a'))];
      etags.push(await store.upsert('customers', makeDoc(pk, 'a')));
      await store.delete('customers', pk, 'a');
      etags.push(await store.create('customers', makeDoc(pk, 'a')));
      expect(new Set(etags).size).toBe(3);
    });

    test('deletes, says whether there was something, and minds the etag', async () => {
      const { store } = subject();
      const pk = freshPk();
      const first = await store.create('customers', makeDoc(pk, 'a'));
      const second = await store.upsert('customers', makeDoc(pk, 'a'));
      await expectRefused(store.delete('customers', pk, 'a', first), 'preconditionFailed');
      expect(await store.delete('customers', pk, 'a', second)).toBe(true);
      expect(await store.read('customers', pk, 'a')).toBeUndefined();
      expect(await store.delete('customers', pk, 'a')).toBe(false);
      expect(await store.delete('customers', pk, 'a', second)).toBe(false);
    });

    test('refuses what no document may be', async () => {
      const { store } = subject();
      const pk = freshPk();
      await expectRefused(store.create('customers', makeDoc(pk, '')), 'invalid');
      await expectRefused(store.create('customers', makeDoc(pk, 'lone \ud800')), 'invalid');
      await expectRefused(store.create('customers', makeDoc(pk, 'é'.repeat(600))), 'invalid');
      await expectRefused(store.create('customers', makeDoc('', 'a')), 'invalid');
      await expectRefused(store.create('customers', makeDoc(pk, 'a', { ttl: 0 })), 'invalid');
      await expectRefused(store.create('customers', makeDoc(pk, 'a', { ttl: 1.5 })), 'invalid');
      await expectRefused(store.create('customers', makeDoc(pk, 'a', { _etag: 'x' })), 'invalid');
      await expectRefused(store.create('customers', makeDoc(pk, 'a', { big: 1n })), 'invalid');
      await store.create('customers', makeDoc(pk, 'a'));
      await expectRefused(store.replace('customers', makeDoc(pk, 'a'), '*'), 'invalid');
      await expectRefused(store.delete('customers', pk, 'a', ''), 'invalid');
      expect((await store.query('customers', pk, {})).items).toHaveLength(1);
    });

    test('keeps ids with odd characters apart', async () => {
      const { store } = subject();
      const pk = freshPk();
      const ids = [
        'a/b',
        'a\\b',
        'a?b',
        'a#b',
        'a%2fb',
        'a%b',
        'a b',
        ' a',
        'a ',
        '.',
        '..',
        'a.b',
        "it's",
        '"q"',
        'é',
        'e\u0301',
      ];
      ids.push(
        '東京',
        '🧑‍🚀',
        '\u0000',
        '\u0001',
        '\u007f',
        '~',
        '[x]',
        '{x}',
        '<x>',
        'a+b',
        'a&b=c',
        'user|1',
        'A',
        'a',
        'dbs/x/colls',
      );
      for (const [n, id] of ids.entries()) await store.create('customers', makeDoc(pk, id, { n }));
      for (const [n, id] of ids.entries()) {
        const read = await store.read('customers', pk, id);
        expect(read?.doc).toEqual(makeDoc(pk, id, { n }));
        await store.replace('customers', makeDoc(pk, id, { n: n + 100 }), read?.etag ?? '');
      }
      const { items } = await store.query('customers', pk, { limit: 1000 });
      expect(items.map(({ doc }) => doc.id)).toEqual(
        [...ids].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
      );
      for (const id of ids) expect(await store.delete('customers', pk, id)).toBe(true);
      expect((await store.query('customers', pk, {})).items).toEqual([]);
    });

    test('keeps partitions with odd names apart', async () => {
      const { store } = subject();
      const base = freshPk();
      const pks = ['', '/', '?', '#', ' ', '%', '|é', '|東', '"', "'", '\\'].map((tail) => base + tail);
      for (const pk of pks) await store.create('events', makeDoc(pk, 'same', { name: pk }));
      for (const pk of pks) {
        expect((await store.read('events', pk, 'same'))?.doc).toEqual(makeDoc(pk, 'same', { name: pk }));
        expect((await store.query('events', pk, {})).items).toHaveLength(1);
      }
    });

    test('loses no update of a counter that many raise at once', async () => {
      const { store, second } = subject();
      const pk = freshPk();
      await store.create('customers', makeDoc(pk, 'counter', { n: 0 }));
      const raise = async (by: typeof store): Promise<void> => {
        for (;;) {
          const read = await by.read('customers', pk, 'counter');
          const n = Number(fieldOf(read?.doc, 'n'));
          const written = await by.replace('customers', makeDoc(pk, 'counter', { n: n + 1 }), read?.etag ?? '').then(
            () => true,
            () => false,
          );
          if (written) return;
        }
      };
      await Promise.all(Array.from({ length: 24 }, (_, index) => raise(index % 2 === 0 ? store : second)));
      expect(fieldOf((await store.read('customers', pk, 'counter'))?.doc, 'n')).toBe(24);
    });
  });

  describe('batches', () => {
    test('does up to 100 operations and gives their etags in order', async () => {
      const { store } = subject();
      const pk = freshPk();
      const old = await store.create('directory', makeDoc(pk, 'old', { n: 1 }));
      await store.create('directory', makeDoc(pk, 'gone'));
      const creates = Array.from(
        { length: 97 },
        (_, n): BatchOperation => ({ kind: 'create', doc: makeDoc(pk, `new/${n}`, { n }) }),
      );
      const etags = await store.batch('directory', pk, [
        { kind: 'replace', doc: makeDoc(pk, 'old', { n: 2 }), etag: old },
        { kind: 'delete', id: 'gone' },
        { kind: 'upsert', doc: makeDoc(pk, 'either') },
        ...creates,
      ]);
      expect(etags).toHaveLength(100);
      expect(etags[1]).toBeUndefined();
      expect(await store.read('directory', pk, 'old')).toEqual({ doc: makeDoc(pk, 'old', { n: 2 }), etag: etags[0] });
      expect(await store.read('directory', pk, 'new/96')).toEqual({
        doc: makeDoc(pk, 'new/96', { n: 96 }),
        etag: etags[99],
      });
      expect(await store.read('directory', pk, 'gone')).toBeUndefined();
    });

    test('sees its own earlier operations', async () => {
      const { store } = subject();
      const pk = freshPk();
      await store.batch('directory', pk, [
        { kind: 'create', doc: makeDoc(pk, 'a', { n: 1 }) },
        { kind: 'upsert', doc: makeDoc(pk, 'a', { n: 2 }) },
        { kind: 'create', doc: makeDoc(pk, 'b') },
        { kind: 'delete', id: 'b' },
      ]);
      expect((await store.query('directory', pk, {})).items.map(({ doc }) => doc)).toEqual([
        makeDoc(pk, 'a', { n: 2 }),
      ]);
    });

    test.each([
      ['a wrong etag', 'preconditionFailed'],
      ['an id that exists', 'conflict'],
      ['a delete of what is not there', 'notFound'],
      ['a replace of what is not there', 'notFound'],
    ] as const)('leaves nothing when the middle has %s, and names the operation', async (what, kind) => {
      const { store } = subject();
      const pk = freshPk();
      const stale = await store.create('directory', makeDoc(pk, 'there', { n: 1 }));
      await store.upsert('directory', makeDoc(pk, 'there', { n: 2 }));
      const bad: Record<typeof what, BatchOperation> = {
        'a wrong etag': { kind: 'replace', doc: makeDoc(pk, 'there', { n: 3 }), etag: stale },
        'an id that exists': { kind: 'create', doc: makeDoc(pk, 'there', { n: 3 }) },
        'a delete of what is not there': { kind: 'delete', id: 'absent' },
        'a replace of what is not there': { kind: 'replace', doc: makeDoc(pk, 'absent'), etag: stale },
      };
      const good = (n: number): BatchOperation => ({ kind: 'upsert', doc: makeDoc(pk, `new-${n}`) });
      const error = await expectRefused(store.batch('directory', pk, [good(0), good(1), bad[what], good(2)]), kind);
      expect(error.index).toBe(2);
      expect((await store.query('directory', pk, {})).items.map(({ doc }) => doc)).toEqual([
        makeDoc(pk, 'there', { n: 2 }),
      ]);
    });

    test('refuses none, 101, another partition, and more than 2 MB together', async () => {
      const { store } = subject();
      const pk = freshPk();
      const many = (length: number, fields = {}): BatchOperation[] =>
        Array.from({ length }, (_, n) => ({ kind: 'upsert', doc: makeDoc(pk, `${n}`, fields) }));
      await expectRefused(store.batch('directory', pk, []), 'invalid');
      await expectRefused(store.batch('directory', pk, many(101)), 'invalid');
      const foreign: BatchOperation = { kind: 'create', doc: makeDoc(freshPk(), 'x') };
      expect((await expectRefused(store.batch('directory', pk, [...many(1), foreign]), 'invalid')).index).toBe(1);
      await expectRefused(store.batch('directory', pk, many(3, { text: 'é'.repeat(400_000) })), 'tooLarge');
      const big: BatchOperation = { kind: 'create', doc: makeDoc(pk, 'big', { text: TWO_MB_TEXT }) };
      expect((await expectRefused(store.batch('directory', pk, [...many(2), big]), 'tooLarge')).index).toBe(2);
      expect((await store.query('directory', pk, {})).items).toEqual([]);
    });
  });

  describe('bulk', () => {
    test('writes any number of documents and gives one outcome each, in order', async () => {
      const { store } = subject();
      const pk = freshPk();
      await store.create('commerce', makeDoc(pk, 'id/0', { n: 'old' }));
      const docs = Array.from({ length: 1_050 }, (_, n) => makeDoc(pk, `id/${n}`, { n }));
      const outcomes = await store.bulkUpsert('commerce', pk, docs);
      expect(outcomes.map(({ ok, id }) => ({ ok, id }))).toEqual(docs.map(({ id }) => ({ ok: true, id })));
      for (const n of [0, 99, 100, 1_049]) {
        const outcome = outcomes[n];
        const etag = outcome?.ok === true ? outcome.etag : 'failed';
        expect(await store.read('commerce', pk, `id/${n}`)).toEqual({ doc: docs[n], etag });
      }
      expect(await store.bulkUpsert('commerce', pk, [])).toEqual([]);
    });

    test('writes the good ones beside the bad ones', async () => {
      const { store } = subject();
      const pk = freshPk();
      const outcomes = await store.bulkUpsert('commerce', pk, [
        makeDoc(pk, 'a'),
        makeDoc(pk, 'big', { text: TWO_MB_TEXT }),
        makeDoc(freshPk(), 'foreign'),
        makeDoc(pk, 'b'),
      ]);
      expect(outcomes.map((outcome) => (outcome.ok ? outcome.id : outcome.error.kind))).toEqual([
        'a',
        'tooLarge',
        'invalid',
        'b',
      ]);
      expect((await store.query('commerce', pk, {})).items.map(({ doc }) => doc.id)).toEqual(['a', 'b']);
    });
  });

  describe('limits and time', () => {
    test('says clearly that a document has more than 2 MB, counted in bytes', async () => {
      const { store } = subject();
      const pk = freshPk();
      const error = await expectRefused(
        store.create('findings', makeDoc(pk, 'big', { text: TWO_MB_TEXT })),
        'tooLarge',
      );
      expect(error.message).toContain('findings/big');
      expect(error.message).toContain('2 MB');
      await expectRefused(store.upsert('findings', makeDoc(pk, 'wide', { text: '東'.repeat(700_000) })), 'tooLarge');
      await store.create('findings', makeDoc(pk, 'fits', { text: 'x'.repeat(2_000_000) }));
      expect(String(fieldOf((await store.read('findings', pk, 'fits'))?.doc, 'text'))).toHaveLength(2_000_000);
    });

    test('forgets a document when its time is over, counted from its last write', async () => {
      const { store, advance } = subject();
      const pk = freshPk();
      const etag = await store.create('events', makeDoc(pk, 'short', { ttl: 60 }));
      await store.create('events', makeDoc(pk, 'renewed', { ttl: 60 }));
      await store.create('events', makeDoc(pk, 'stays'));
      await store.create('events', makeDoc(pk, 'for ever', { ttl: -1 }));
      await advance(40_000);
      await store.upsert('events', makeDoc(pk, 'renewed', { ttl: 60 }));
      expect(await store.read('events', pk, 'short')).toEqual({ doc: makeDoc(pk, 'short', { ttl: 60 }), etag });
      await advance(40_000);
      expect(await store.read('events', pk, 'short')).toBeUndefined();
      expect((await store.query('events', pk, {})).items.map(({ doc }) => doc.id)).toEqual([
        'for ever',
        'renewed',
        'stays',
      ]);
      await expectRefused(store.replace('events', makeDoc(pk, 'short'), etag), 'notFound');
      expect(await store.delete('events', pk, 'short')).toBe(false);
      await store.create('events', makeDoc(pk, 'short', { again: true }));
      expect((await store.read('events', pk, 'short'))?.doc).toEqual(makeDoc(pk, 'short', { again: true }));
    });
  });
}
