// What a fault looks like on the wire: each vendor origin's own shape of 429 and 503, and broken or slow answers.
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { FaultRule, OriginName } from './faults.ts';
import type { SimResponse } from './http.ts';

/** The request that a fault hit: where it went, and its headers (lower-case names). */
interface Struck {
  origin: OriginName;
  headers: Readonly<Record<string, string | undefined>>;
}

/** The answer that replaces the handler's when a 429, 503 or refusing rule hit; null when none did. */
export function preemptingAnswer(struck: Struck, hits: FaultRule[], nowMs: number): SimResponse | null {
  const refusing = hits.find((hit) => hit.kind === 'refuse');
  if (refusing) return refusal(struck, refusing, nowMs);
  const rule = hits.find((hit) => hit.kind === '429' || hit.kind === '503');
  if (!rule) return null;
  const status = rule.kind === '429' ? 429 : 503;
  const { headers, body } = ANSWERS[struck.origin](struck.headers, status, rule.retryAfterSeconds ?? 1, nowMs);
  headers['content-type'] = 'application/json; charset=utf-8';
  if (status === 429 || rule.retryAfterSeconds !== undefined) {
    headers['retry-after'] = String(rule.retryAfterSeconds ?? 1);
  }
  return { status, headers, body: JSON.stringify(body) };
}

type FaultAnswer = (
  asked: Struck['headers'],
  status: 429 | 503,
  retryAfterSeconds: number,
  nowMs: number,
) => { headers: Record<string, string>; body: object };

const ANSWERS: Record<OriginName, FaultAnswer> = { graph: ofGraph, partnerCenter: ofPartnerCenter, login: ofLogin };

function ofGraph(...[asked, status, , nowMs]: Parameters<FaultAnswer>): ReturnType<FaultAnswer> {
  const requestId = randomUUID();
  const clientRequestId = asked['client-request-id'] ?? requestId;
  const innerError = {
    date: new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    'request-id': requestId,
    'client-request-id': clientRequestId,
  };
  const error =
    status === 429
      ? { code: 'TooManyRequests', message: 'Too many requests', innerError }
      : { code: 'serviceNotAvailable', message: 'The service is temporarily unavailable.', innerError };
  const headers = {
    Date: new Date(nowMs).toUTCString(),
    'request-id': requestId,
    'client-request-id': clientRequestId,
  };
  return { headers, body: { error } };
}

function ofPartnerCenter(...[asked, status, retryAfterSeconds]: Parameters<FaultAnswer>): ReturnType<FaultAnswer> {
  const headers = {
    'MS-RequestId': asked['ms-requestid'] ?? randomUUID(),
    'MS-CorrelationId': asked['ms-correlationid'] ?? randomUUID(),
  };
  const body =
    status === 429
      ? { statusCode: 429, message: `Rate limit is exceeded. Try again in ${retryAfterSeconds} seconds.` }
      : { code: '503', description: 'The service is temporarily unavailable.', data: [], source: 'PartnerFD' };
  return { headers, body };
}

function ofLogin(...[, status, , nowMs]: Parameters<FaultAnswer>): ReturnType<FaultAnswer> {
  const timestamp = `${new Date(nowMs).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const code = status === 429 ? 90055 : 90033;
  const text =
    status === 429
      ? 'AADSTS90055: The request has been throttled because of too many incoming requests.'
      : 'AADSTS90033: A transient error has occurred. Please try again.';
  const traceId = randomUUID();
  const correlationId = randomUUID();
  const body = {
    error: 'temporarily_unavailable',
    error_description: `${text}\r\nTrace ID: ${traceId}\r\nCorrelation ID: ${correlationId}\r\nTimestamp: ${timestamp}`,
    error_codes: [code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
  };
  return { headers: { 'x-ms-request-id': traceId }, body };
}

/** A lasting refusal in the origin's own shape, in the words that the rule gives. */
function refusal(
  struck: Struck,
  { status = 403, code = '', message = 'Refused.' }: FaultRule,
  nowMs: number,
): SimResponse {
  const { headers, body } = ANSWERS[struck.origin](struck.headers, 503, 0, nowMs);
  return {
    status,
    headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(REWORDED[struck.origin](body, code, message)),
  };
}

const REWORDED: Record<OriginName, (body: object, code: string, message: string) => object> = {
  graph: (body, code, message) => ({ error: { ...Object(body).error, code, message } }),
  partnerCenter: (body, code, description) => ({ ...body, code, description }),
  login: (body, code, message) => {
    const details = String(Object(body).error_description).split('\r\n').slice(1);
    return {
      ...body,
      error: 'invalid_grant',
      error_description: [`AADSTS${code}: ${message}`, ...details].join('\r\n'),
      error_codes: [Number(code)],
    };
  },
};

/** Sends the answer whole, cut in half (the length header says the half is all) or dribbled over the rule's latency. */
export async function applyAnswerFaults(
  outgoing: ServerResponse,
  hits: FaultRule[],
  answer: SimResponse,
  send: (outgoing: ServerResponse, answer: SimResponse) => void,
): Promise<void> {
  const body = Buffer.from(answer.body ?? '');
  if (hits.some((hit) => hit.kind === 'truncate') && body.length > 1) {
    send(outgoing, { ...answer, body: body.subarray(0, Math.floor(body.length / 2)) });
    return;
  }
  const slow = hits.find((hit) => hit.kind === 'slow');
  if (!slow) {
    send(outgoing, answer);
    return;
  }
  const pieces = 4;
  outgoing.writeHead(answer.status, { ...answer.headers, 'content-length': String(body.length) });
  for (let piece = 0; piece < pieces && !outgoing.destroyed; piece += 1) {
    await delay((slow.latencyMs ?? 5000) / pieces);
    const from = Math.floor((body.length * piece) / pieces);
    outgoing.write(body.subarray(from, Math.floor((body.length * (piece + 1)) / pieces)));
  }
  outgoing.end();
}
