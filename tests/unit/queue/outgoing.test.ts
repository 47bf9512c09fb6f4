// What may be sent to a queue, before any adapter sees it.
import { describe, expect, it } from 'vitest';
import { bodiesOf, cutReason, maxBodyBytes } from '../../../shared/queue/outgoing.ts';

/** `{"text":""}` around the text. */
const framingBytes = 11;

describe('bodiesOf', () => {
  it('gives the JSON of each body in order', () => {
    const messages = [
      { messageId: 'a', body: { n: 1 } },
      { messageId: 'b', body: {}, enqueueAtMs: 1_700_000_000_000.5 },
    ];
    expect(bodiesOf('sync', messages)).toEqual(['{"n":1}', '{}']);
  });

  it.each(['x', 'ü', '世'])('measures bodies in bytes of UTF-8: %s', (character) => {
    const room = Math.floor((maxBodyBytes - framingBytes) / Buffer.byteLength(character));
    const message = { messageId: 'long', body: { text: character.repeat(room) } };
    expect(bodiesOf('sync', [message])).toHaveLength(1);
    const longer = { ...message, body: { text: character.repeat(room + 1) } };
    expect(() => bodiesOf('sync', [longer])).toThrow(expect.objectContaining({ kind: 'tooLarge' }));
    expect(() => bodiesOf('sync', [longer])).toThrow(/^Message long is too large for sync/);
  });

  it('refuses a body that JSON cannot say', () => {
    const round: Record<string, unknown> = {};
    round['self'] = round;
    for (const body of [round, { amount: 1n }]) {
      expect(() => bodiesOf('sync', [{ messageId: 'odd', body }])).toThrow(
        expect.objectContaining({ kind: 'invalid' }),
      );
    }
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY, 8.65e15])('refuses the enqueue time %s', (enqueueAtMs) => {
    const call = () => bodiesOf('deliver', [{ messageId: 'when', body: {}, enqueueAtMs }]);
    expect(call).toThrow(/^Message when cannot be sent to deliver: enqueueAtMs: /);
  });
});

describe('cutReason', () => {
  it('keeps 4,096 characters', () => {
    expect(cutReason('r'.repeat(5_000))).toHaveLength(4_096);
    expect(cutReason('short')).toBe('short');
  });
});
