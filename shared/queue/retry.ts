// The worker rule: a transient failure is followed up by a new, delayed message; never by abandoning the old one.
// Pure: time and randomness are arguments. Message ids are here too, because the attempt is part of them.
import { createHash } from 'node:crypto';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../clock.ts';
import type { Ids } from '../ids.ts';
import type { OutgoingMessage } from './port.ts';

/** After this many attempts a worker records the failure on its subject; the next slot starts afresh. Ten minutes in all. */
export const maxAttempts = 8;

const baseDelayMs = 5 * SECOND_MS;
const maxDelayMs = 15 * MINUTE_MS;
/** A longer Retry-After is taken for a mistake of the other side: no message outlives its day in the queue. */
const maxRetryAfterMs = DAY_MS;
/** Leaves room for `#` and the attempt within the 128 characters that Service Bus allows. */
const maxPlannedIdLength = 120;

/** What a failed attempt tells about the next one. */
export interface FailedAttempt {
  /** The attempt that has just failed, 1 for the first; {@link attemptOf} reads it from a message id. */
  attempt: number;
  /** What the other side asked for, if anything; a floor of the delay. */
  retryAfterMs?: number | undefined;
  nowMs: number;
  /** Gives a number in [0, 1); called once. */
  random: () => number;
}

/**
 * The message that tries again: the same body, the id with the next attempt, enqueued after the backoff or Retry-After,
 * whichever is later, spread by jitter so that what failed together does not return together.
 */
export function followUp(message: Pick<OutgoingMessage, 'messageId' | 'body'>, failed: FailedAttempt): OutgoingMessage {
  return {
    messageId: withAttempt(message.messageId, failed.attempt + 1),
    body: message.body,
    enqueueAtMs: failed.nowMs + retryDelayMs(failed.attempt, failed.retryAfterMs, failed.random()),
  };
}

/**
 * Milliseconds to wait after the given failed attempt: 5 s doubling to 15 min, of which the upper half is jitter. The
 * lower half gives way to a longer Retry-After, and the jitter comes on top of it.
 */
export function retryDelayMs(attempt: number, retryAfterMs: number | undefined, random: number): number {
  const backoffMs = Math.min(baseDelayMs * 2 ** (Math.max(1, attempt) - 1), maxDelayMs);
  const askedMs = Math.min(Math.max(retryAfterMs ?? 0, 0) || 0, maxRetryAfterMs);
  return Math.ceil(Math.max(backoffMs / 2, askedMs) + (random * backoffMs) / 2);
}

const attemptSuffix = /#([1-9]\d*)$/;

/** The attempt that a message id stands for: 1 without a suffix, N with `#N`. */
export function attemptOf(messageId: string): number {
  const attempt = attemptSuffix.exec(messageId)?.[1];
  return attempt === undefined ? 1 : Number(attempt);
}

/** The id of the same work at another attempt; attempt 1 has no suffix. */
export function withAttempt(messageId: string, attempt: number): string {
  const base = messageId.replace(attemptSuffix, '');
  return attempt <= 1 ? base : `${base}#${attempt}`;
}

/** What makes a planned message the same message: a dispatcher that runs twice sends it once. */
export interface PlannedWork {
  workspaceId: string;
  job: string;
  target: string;
  /** The slot's time in whole minutes since the epoch. */
  slotMinute: number;
}

/** The id of planned work: equal work gives equal ids, different work different ones; 120 characters at most. */
export function plannedMessageId({ workspaceId, job, target, slotMinute }: PlannedWork): string {
  const id = [job, workspaceId, target, String(slotMinute)].map(escapePart).join(':');
  return id.length <= maxPlannedIdLength ? id : `sha256:${createHash('sha256').update(id).digest('base64url')}`;
}

/** A fresh id for work that a person asked for, so that no planned message hides it. */
export function manualMessageId(ids: Pick<Ids, 'uuid'>): string {
  return `manual:${ids.uuid()}`;
}

/** Keeps `:` and `#` for the structure of an id; reversible, so no two values meet. */
function escapePart(part: string): string {
  return part.replace(/[%:#]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}
