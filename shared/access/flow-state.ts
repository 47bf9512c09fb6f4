// The `state` of a journey to Microsoft and back: sealed, for one purpose, 15 minutes, one use, and bound to a cookie that
// only a POST on our own page sets. The PKCE verifier and the nonce are derived from that cookie, so neither leaves the browser
// or is stored, and several tabs may be on their way at once.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { App } from '../app.ts';
import { MINUTE_MS } from '../clock.ts';
import { Problem } from '../errors.ts';
import { isStoreError } from '../store/port.ts';
import { lookups } from '../store/scoped.ts';
import { FLOW_COOKIE, type HostCookie, hostCookie, readCookie } from './cookies.ts';
import { SealError } from './seal.ts';

export type FlowPurpose = 'signIn' | 'connect' | 'consent' | 'consentEvidence' | 'single';

const LIFE_MS = 15 * MINUTE_MS;
/** 32 random bytes, base64url. */
const secretPattern = /^[A-Za-z0-9_-]{43}$/;

const stateSchema = z.object({
  flowId: z.string(),
  expiresAtMs: z.number(),
  /** SHA-256 of the cookie's secret. */
  browser: z.string(),
  payload: z.unknown(),
});

export interface StartedFlow {
  /** For the `state` parameter. */
  state: string;
  nonce: string;
  /** S256: https://www.rfc-editor.org/rfc/rfc7636#section-4.2 */
  codeChallenge: string;
  /** To set with the redirect. */
  cookie: HostCookie;
}

export interface FinishedFlow<T> {
  payload: T;
  nonce: string;
  codeVerifier: string;
}

/**
 * Begins a journey. Call it in answer to a POST of our own page only: a GET changes nothing.
 * @param cookieHeader of that POST; a journey already under way in this browser keeps its cookie.
 */
export async function startFlow(
  app: Pick<App, 'sealer' | 'clock' | 'ids'>,
  flow: { purpose: FlowPurpose; payload: unknown; cookieHeader: string | null },
): Promise<StartedFlow> {
  const secret = browserSecret(flow.cookieHeader) ?? app.ids.token(32);
  const flowId = app.ids.token(16);
  const state = { flowId, expiresAtMs: app.clock.now() + LIFE_MS, browser: sha256(secret), payload: flow.payload };
  return {
    state: await app.sealer.seal(JSON.stringify(state), sealedFor(flow.purpose)),
    nonce: derive(secret, 'nonce', flowId),
    codeChallenge: sha256(derive(secret, 'verifier', flowId)),
    cookie: hostCookie(FLOW_COOKIE, secret, LIFE_MS / 1000),
  };
}

/**
 * Ends a journey: checks the `state` that came back, and uses it up.
 * @throws Problem 400: forged, of another purpose, expired, of another browser, or used before.
 */
export async function finishFlow<T>(
  app: Pick<App, 'sealer' | 'clock' | 'store' | 'ids'>,
  flow: { purpose: FlowPurpose; state: string | undefined; cookieHeader: string | null },
  payloadSchema: z.ZodType<T>,
): Promise<FinishedFlow<T>> {
  const state = await openState(app, flow.purpose, flow.state);
  if (!state) throw refusal('state_invalid', 'The answer does not belong to a journey that began here.');
  if (app.clock.now() >= state.expiresAtMs) throw refusal('state_expired', 'The journey took longer than 15 minutes.');
  const secret = browserSecret(flow.cookieHeader);
  if (!secret || !equal(sha256(secret), state.browser))
    throw refusal('state_other_browser', 'The journey began in another browser.');
  const payload = payloadSchema.parse(state.payload);
  await useUp(app, state.flowId);
  return {
    payload,
    nonce: derive(secret, 'nonce', state.flowId),
    codeVerifier: derive(secret, 'verifier', state.flowId),
  };
}

/**
 * What a `state` was made for, of several purposes; undefined where it is none of ours. Neither its age nor its browser is
 * looked at and it is not used up: `finishFlow` does that.
 */
export async function stateOf<P extends FlowPurpose>(
  app: Pick<App, 'sealer'>,
  state: string | undefined,
  purposes: readonly P[],
): Promise<{ purpose: P; payload: unknown } | undefined> {
  for (const purpose of purposes) {
    const opened = await openState(app, purpose, state);
    if (opened) return { purpose, payload: opened.payload };
  }
  return undefined;
}

async function openState(app: Pick<App, 'sealer'>, purpose: FlowPurpose, sealed: string | undefined) {
  try {
    return stateSchema.parse(JSON.parse(await app.sealer.open(sealed ?? '', sealedFor(purpose))));
  } catch (error) {
    if (error instanceof SealError) return undefined;
    throw error;
  }
}

/** Of two uses at the same moment one creates the document; the other meets a conflict. */
async function useUp(app: Pick<App, 'store'>, flowId: string): Promise<void> {
  try {
    const id = sha256(`flow:${flowId}`);
    await lookups(app.store).create({ id, type: 'usedState', schemaVersion: 1, ttl: (2 * LIFE_MS) / 1000 });
  } catch (error) {
    if (isStoreError(error, 'conflict')) throw refusal('state_used', 'This answer was used before.');
    throw error;
  }
}

function refusal(code: string, meaning: string): Problem {
  const whatToDo = 'Go back to where you began and start again in this browser.';
  return new Problem(400, { code, meaning, whoActs: 'msp', whatToDo, retryHelps: true });
}

function browserSecret(cookieHeader: string | null): string | undefined {
  const secret = readCookie(cookieHeader, FLOW_COOKIE);
  return secret && secretPattern.test(secret) ? secret : undefined;
}

function sealedFor(purpose: FlowPurpose): string {
  return `flow:${purpose}`;
}

function derive(secret: string, use: 'nonce' | 'verifier', flowId: string): string {
  return createHmac('sha256', secret).update(`${use}:${flowId}`).digest('base64url');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function equal(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
