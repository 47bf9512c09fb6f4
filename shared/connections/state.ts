// Rules of a connection's state: states.md, "Connection". Pure.
import { createHash } from 'node:crypto';
import { MINUTE_MS } from '../clock.ts';
import { type Explanation, Problem } from '../errors.ts';
import type { AuthFailedReason, ConnectionDoc } from './documents.ts';
import { explainReason } from './reasons.ts';

const PATIENCE_MS = 15 * MINUTE_MS;

/**
 * The connection as it stands now: a browser that never came back leaves nothing connected, and checks that never ended
 * have failed. What is stored may still say otherwise.
 */
export function currentConnection(stored: ConnectionDoc, nowMs: number): ConnectionDoc {
  const sinceMs = Date.parse(stored.stateSince);
  if (nowMs - sinceMs <= PATIENCE_MS) return stored;
  const at = new Date(sinceMs + PATIENCE_MS).toISOString();
  if (stored.state === 'Authorizing') return withState(stored, { state: 'NotConnected', explanation: abandoned }, at);
  if (stored.state === 'AuthPending') return failedWith(stored, 'unknown', at);
  return stored;
}

const abandoned: Explanation = {
  code: 'sign_in_abandoned',
  meaning: 'The sign-in at Microsoft was begun but not finished.',
  whoActs: 'msp',
  whatToDo: 'Start the connection again and finish the sign-in within 15 minutes.',
  retryHelps: true,
};

/** A copy in another state; reason and explanation go unless given. What is being removed stays so until it is gone. */
export function withState(
  connection: ConnectionDoc,
  change: Pick<ConnectionDoc, 'state'> & Partial<Pick<ConnectionDoc, 'reason' | 'explanation' | 'checks' | 'account'>>,
  at: string,
): ConnectionDoc {
  if (connection.state === 'Removing') return connection;
  return { ...connection, reason: null, explanation: null, ...change, stateSince: at };
}

/** A copy that is AuthFailed for a reason, with the words that explain it. */
export function failedWith(
  connection: ConnectionDoc,
  reason: AuthFailedReason,
  at: string,
  explanation: Explanation = explainReason(reason),
): ConnectionDoc {
  return withState(connection, { state: 'AuthFailed', reason, explanation }, at);
}

/** The id of the workspace's own partner connection: always the same, so that two tabs cannot make two of them. */
export function partnerConnectionId(workspaceId: string): string {
  return connectionIdOf(`microsoft_csp:${workspaceId.toLowerCase()}`);
}

/** The id that follows from what a connection is for. A name-based GUID of RFC 9562, version 8. */
export function connectionIdOf(name: string): string {
  const hash = createHash('sha256').update(name).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

/** The refusal of a second connection, or of anything new for one that is on its way out. */
export function alreadyConnected(state: 'Connected' | 'Removing'): Problem {
  const removing = state === 'Removing';
  return new Problem(409, {
    code: removing ? 'connection_removing' : 'already_connected',
    meaning: removing ? 'The connection is being removed.' : 'The tenant is connected already.',
    whoActs: 'msp',
    whatToDo: removing ? 'Wait a few minutes and connect again.' : 'Choose Reauthorize to sign in again.',
    retryHelps: removing,
  });
}
