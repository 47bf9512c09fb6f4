// What a throttled or failing Microsoft answers: each origin in its own shape, with the caller's own ids.
import { expect, test } from 'vitest';
import { preemptingAnswer } from '../../../infra/local/microsoft/fault-answers.ts';
import type { FaultRule, OriginName } from '../../../infra/local/microsoft/faults.ts';

const headers = { 'client-request-id': 'mine', 'ms-requestid': 'my-request', 'ms-correlationid': 'my-correlation' };
const nowMs = Date.parse('2026-03-01T12:00:00.000Z');

function answerOf(origin: OriginName, kind: FaultRule['kind'], retryAfterSeconds?: number) {
  const answer = preemptingAnswer({ origin, headers }, [{ match: {}, kind, rate: 1, retryAfterSeconds }], nowMs);
  return { status: answer?.status, headers: answer?.headers ?? {}, body: JSON.parse(String(answer?.body)) };
}

test.each(['429', '503'] as const)('Graph’s %s has an error body, and ids that its headers repeat', (kind) => {
  const { status, headers: sent, body } = answerOf('graph', kind);
  expect(status).toBe(Number(kind));
  expect(sent['client-request-id']).toBe('mine');
  expect(sent['Date']).toBe('Sun, 01 Mar 2026 12:00:00 GMT');
  expect(body.error.innerError).toEqual({
    date: '2026-03-01T12:00:00Z',
    'request-id': sent['request-id'],
    'client-request-id': 'mine',
  });
});

test('Partner Center echoes its ids; its 429 has a body of its own', () => {
  const throttled = answerOf('partnerCenter', '429', 57);
  const echoed = { 'MS-RequestId': 'my-request', 'MS-CorrelationId': 'my-correlation' };
  expect(throttled.headers).toMatchObject({ ...echoed, 'retry-after': '57' });
  expect(throttled.body).toEqual({ statusCode: 429, message: 'Rate limit is exceeded. Try again in 57 seconds.' });
  const failing = answerOf('partnerCenter', '503');
  expect(failing.headers).toMatchObject(echoed);
  expect(failing.body).toMatchObject({ code: '503', data: [], source: 'PartnerFD' });
});

test.each([
  ['429', 90055],
  ['503', 90033],
] as const)('the token endpoint’s %s names %i', (kind, number) => {
  expect(answerOf('login', kind).body).toMatchObject({ error: 'temporarily_unavailable', error_codes: [number] });
});

test('a 503 tells when to come back only where the rule does, a 429 always', () => {
  expect(answerOf('graph', '503').headers['retry-after']).toBeUndefined();
  expect(answerOf('graph', '503', 4).headers['retry-after']).toBe('4');
  expect(answerOf('graph', '429').headers['retry-after']).toBe('1');
});
