// A signed-in person's session: an encrypted cookie. It says who, never what they may do: roles are read at each request.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { App } from '../app.ts';
import { HOUR_MS, MINUTE_MS } from '../clock.ts';
import type { SignedInAccount } from '../microsoft/microsoft.ts';
import { lookups } from '../store/scoped.ts';
import { expiredCookie, type HostCookie, hostCookie, readCookie, SESSION_COOKIE } from './cookies.ts';
import { SealError } from './seal.ts';

const ABSOLUTE_MS = 12 * HOUR_MS;
const IDLE_MS = HOUR_MS;
/** The cookie is written again at most this often. */
const RENEW_AFTER_MS = 5 * MINUTE_MS;
const SEALED_FOR = 'session';

const sessionSchema = z.object({
  sessionId: z.string(),
  /** The tenant the person signed in at: the key of their workspace. */
  tenantId: z.guid(),
  objectId: z.guid(),
  name: z.string(),
  username: z.string(),
  /** What forms of this session carry. */
  csrfToken: z.string(),
  startedAtMs: z.number(),
  seenAtMs: z.number(),
});
export type Session = z.infer<typeof sessionSchema>;

/** A new session of someone whose id_token was validated and who is a member. */
export function newSession(app: Pick<App, 'clock' | 'ids'>, account: SignedInAccount): Session {
  const nowMs = app.clock.now();
  return {
    sessionId: app.ids.token(16),
    tenantId: account.tenantId,
    objectId: account.objectId,
    // Names are for showing; a cookie must stay small.
    name: account.name.slice(0, 100),
    username: account.username.slice(0, 120),
    csrfToken: app.ids.token(32),
    startedAtMs: nowMs,
    seenAtMs: nowMs,
  };
}

/** The cookie that holds a session. It ends with the browser, after 12 hours, or after one without a page. */
export async function sessionCookie(app: Pick<App, 'sealer'>, session: Session): Promise<HostCookie> {
  return hostCookie(SESSION_COOKIE, await app.sealer.seal(JSON.stringify(session), SEALED_FOR));
}

/** The session of a request; null without one, when it ran out, was signed out, or was tampered with. */
export async function readSession(
  app: Pick<App, 'sealer' | 'clock' | 'store'>,
  cookieHeader: string | null,
): Promise<Session | null> {
  const session = await openCookie(app, cookieHeader);
  if (!session || !isCurrent(session, app.clock.now())) return null;
  return (await lookups(app.store).read(signedOutId(session))) ? null : session;
}

async function openCookie(app: Pick<App, 'sealer'>, cookieHeader: string | null): Promise<Session | null> {
  const sealed = readCookie(cookieHeader, SESSION_COOKIE);
  if (!sealed) return null;
  try {
    return sessionSchema.parse(JSON.parse(await app.sealer.open(sealed, SEALED_FOR)));
  } catch (error) {
    if (error instanceof SealError || error instanceof z.ZodError) return null;
    throw error;
  }
}

/** Whether a session still holds: 12 hours from sign-in at most, and one from the last page. */
export function isCurrent(session: Pick<Session, 'startedAtMs' | 'seenAtMs'>, nowMs: number): boolean {
  return nowMs < session.startedAtMs + ABSOLUTE_MS && nowMs < session.seenAtMs + IDLE_MS;
}

/** The session to write again after a page was shown, or null while the cookie is young enough. */
export function renewedSession(session: Session, nowMs: number): Session | null {
  return nowMs - session.seenAtMs < RENEW_AFTER_MS ? null : { ...session, seenAtMs: nowMs };
}

/** Ends a session on the server too, so that a copy of its cookie is worth nothing. */
export async function endSession(app: Pick<App, 'store'>, session: Session): Promise<HostCookie> {
  const id = signedOutId(session);
  await lookups(app.store).upsert({ id, type: 'signedOut', schemaVersion: 1, ttl: ABSOLUTE_MS / 1000 });
  return expiredCookie(SESSION_COOKIE);
}

function signedOutId(session: Session): string {
  return createHash('sha256').update(`signed-out:${session.sessionId}`).digest('hex');
}
