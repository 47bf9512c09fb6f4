// One HTTP request to Microsoft and the few inline retries: what identity, Graph and Partner Center share.
import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, SECOND_MS } from '../clock.ts';
import type { Ids } from '../ids.ts';
import { findingError } from './catalogue.ts';
import { MicrosoftError } from './microsoft.ts';

/** The part of the platform's `fetch` that is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** An answer whose body has been read. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

const timeoutMs = 30 * SECOND_MS;
/** More than the largest page that Graph gives, many times over. */
const largestBodyBytes = 32 * 1024 * 1024;
const longestInlineWaitMs = 2 * SECOND_MS;
const inlineRetries = 2;
const firstBackoffMs = 200;

/**
 * Sends once and reads the whole answer, whatever its status; 30 s at most. Redirects are not followed: a bearer token
 * goes nowhere but where it was sent.
 * @throws MicrosoftError of `source`, transient, when no whole answer came
 */
export async function sendOnce(
  fetch: Fetch,
  url: string,
  init: RequestInit,
  source: MicrosoftError['source'],
): Promise<Answer> {
  try {
    const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
    return { status: response.status, headers: response.headers, text: await readText(response, source) };
  } catch (error) {
    if (error instanceof MicrosoftError) throw error;
    const timedOut = error instanceof Error && error.name === 'TimeoutError';
    throw findingError(source, timedOut ? 'timed_out' : 'no_answer', { cause: error });
  }
}

async function readText(response: Response, source: MicrosoftError['source']): Promise<string> {
  if (!response.body) return '';
  const tooLarge = async () => {
    await response.body?.cancel().catch(() => undefined);
    return findingError(source, 'answer_too_large');
  };
  if (Number(response.headers.get('content-length') ?? 0) > largestBodyBytes) throw await tooLarge();
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > largestBodyBytes) throw findingError(source, 'answer_too_large');
    parts.push(decoder.decode(chunk, { stream: true }));
  }
  parts.push(decoder.decode());
  return parts.join('');
}

/** What decides whether and when an attempt is made again. */
export interface RetryTerms {
  /** Whether the request may reach Microsoft twice: then lost answers are retried too. */
  repeatable: boolean;
  clock: Clock;
  random: Ids['random'];
}

/**
 * Makes the attempt up to three times: on 429, 502, 503, 504 and lost connections, when the wait is at most 2 s. A
 * longer Retry-After comes back to the caller, who has a queue to wait in; so does a time-out, which has cost 30 s.
 * @throws MicrosoftError what the last attempt threw
 */
export async function withInlineRetries(attempt: () => Promise<Answer>, terms: RetryTerms): Promise<Answer> {
  for (let retries = 0; ; retries += 1) {
    const outcome = await attempt().catch((error: unknown) => ({ error }));
    const waitMs = retries < inlineRetries ? inlineWaitMs(outcome, retries, terms) : undefined;
    if (waitMs === undefined) {
      if ('error' in outcome) throw outcome.error;
      return outcome;
    }
    await delay(waitMs);
  }
}

function inlineWaitMs(outcome: Answer | { error: unknown }, retries: number, terms: RetryTerms): number | undefined {
  const backoffMs = firstBackoffMs * 2 ** retries * (0.5 + terms.random());
  if ('error' in outcome) {
    const lost = outcome.error instanceof MicrosoftError && outcome.error.code === 'no_answer';
    return lost && terms.repeatable ? backoffMs : undefined;
  }
  const retryable = isBusy(outcome.status) || (terms.repeatable && isGatewayTrouble(outcome.status));
  if (!retryable) return undefined;
  const askedMs = retryAfterMs(outcome.headers.get('retry-after'), terms.clock);
  if (askedMs !== undefined && askedMs > longestInlineWaitMs) return undefined;
  return askedMs ?? backoffMs;
}

/** Refused before anything was done, so that even a POST may be sent again. */
export function isBusy(status: number): boolean {
  return status === 429 || status === 503;
}

/** Broken on the way: the request may have been carried out. */
export function isGatewayTrouble(status: number): boolean {
  return status === 502 || status === 504;
}

/** Whether a wait is short enough to be sat out within a request. */
export function isInlineWait(waitMs: number): boolean {
  return waitMs <= longestInlineWaitMs;
}

/** Reads a Retry-After header, seconds or a date; undefined when there is none that makes sense. */
export function retryAfterMs(header: string | null | undefined, clock: Clock): number | undefined {
  if (!header) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, Math.ceil(seconds * SECOND_MS));
  const dateMs = Date.parse(header);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - clock.now());
}

/** Parses JSON. @throws MicrosoftError transient when it broke off */
export function parseJson(answer: Answer, source: MicrosoftError['source']): unknown {
  try {
    return JSON.parse(answer.text);
  } catch (error) {
    throw findingError(source, 'broken_answer', {
      cause: error,
      correlationId: answer.headers.get('request-id') ?? undefined,
    });
  }
}

/** Parses JSON where there is some: error answers of gateways are HTML or empty. */
export function jsonOrText(answer: Answer): unknown {
  try {
    return JSON.parse(answer.text);
  } catch {
    return answer.text;
  }
}
