// Access and id tokens of the simulated identity platform: real RS256 JWTs, signed with the world's key.
// Access tokens have the v1.0 claims that Microsoft's own APIs receive (`amr` is there); id_tokens are v2.0 and have none.
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { SimContext } from './http.ts';
import type { SigningKey } from './world.ts';

export const GRAPH_AUDIENCE = 'https://graph.microsoft.com';
export const PARTNER_CENTER_AUDIENCE = 'https://api.partnercenter.microsoft.com';

export interface TokenClaims {
  kind: 'delegated' | 'application';
  /** The tenant in which the token acts. */
  tenantId: string;
  appId: string;
  /** The user's object id, or the service principal's for an app-only token. */
  objectId: string;
  /** Where the user's account lives; differs from `tenantId` for guests and partner users. Same as it when app-only. */
  homeTenantId: string;
  /** Application permissions, by name. */
  roles: string[];
  /** Delegated permissions, by name. */
  scopes: string[];
  /** Directory role template ids, where the app asked for them. */
  wids: string[];
  /** Whether the user did MFA (`amr` holds `mfa`). */
  mfa: boolean;
  issuedMs: number;
  expiresMs: number;
}

export interface TokenProblem {
  problem: 'missing' | 'malformed' | 'badSignature' | 'wrongAudience' | 'expired' | 'notYetValid';
  /** In the words of Graph's `InvalidAuthenticationToken`. */
  message: string;
}

const privateKeys = new Map<string, KeyObject>();
const publicKeys = new Map<string, KeyObject>();

/** Signs a JWT with the world's first key. */
export function signJwt(keys: SigningKey[], claims: Record<string, unknown>): string {
  const key = keys[0];
  if (!key) throw new Error('the world has no signing key');
  const head = encode({ typ: 'JWT', alg: 'RS256', kid: key.kid, x5t: key.kid });
  const signed = `${head}.${encode(claims)}`;
  let privateKey = privateKeys.get(key.kid);
  if (!privateKey) {
    privateKey = createPrivateKey(key.privatePem);
    privateKeys.set(key.kid, privateKey);
  }
  return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
}

/**
 * Reads and checks `Authorization: Bearer …` of a Graph or Partner Center request: signature, audience and lifetime by
 * the simulator's clock.
 * @param audience GRAPH_AUDIENCE or PARTNER_CENTER_AUDIENCE
 * @returns the claims, or what is wrong (`'problem' in result`)
 */
export function verifyAccessToken(
  context: Pick<SimContext, 'world' | 'clock'>,
  authorizationHeader: string | undefined,
  audience: string,
): TokenClaims | TokenProblem {
  const token = /^Bearer\s+(\S+)$/i.exec(authorizationHeader ?? '')?.[1];
  if (!token) return { problem: 'missing', message: 'Access token is empty.' };
  const [head, payload, signature] = token.split('.');
  const header = decode(head);
  const claims = decode(payload);
  if (!header || !claims || !signature || !payload) {
    return { problem: 'malformed', message: 'CompactToken parsing failed with error code: 80049217' };
  }
  const key = publicKey(context.world.signingKeys, text(header['kid']));
  if (!key || !verify('sha256', Buffer.from(`${head}.${payload}`), key, Buffer.from(signature, 'base64url'))) {
    return { problem: 'badSignature', message: 'Access token validation failure. Invalid signature.' };
  }
  if (claims['aud'] !== audience) {
    return { problem: 'wrongAudience', message: 'Access token validation failure. Invalid audience.' };
  }
  const nowMs = context.clock.now();
  if (nowMs >= seconds(claims['exp']) * 1000) {
    return { problem: 'expired', message: 'Lifetime validation failed, the token is expired.' };
  }
  if (nowMs < (seconds(claims['nbf']) - 300) * 1000) {
    return { problem: 'notYetValid', message: 'Lifetime validation failed, the token is not yet valid.' };
  }
  return toClaims(claims);
}

function toClaims(claims: Record<string, unknown>): TokenClaims {
  const tenantId = text(claims['tid']);
  return {
    kind: claims['idtyp'] === 'app' ? 'application' : 'delegated',
    tenantId,
    appId: text(claims['appid']),
    objectId: text(claims['oid']),
    homeTenantId: /([0-9a-f-]{36})\/?$/.exec(text(claims['idp']))?.[1] ?? tenantId,
    roles: strings(claims['roles']),
    scopes: text(claims['scp']).split(' ').filter(Boolean),
    wids: strings(claims['wids']),
    mfa: strings(claims['amr']).includes('mfa'),
    issuedMs: seconds(claims['iat']) * 1000,
    expiresMs: seconds(claims['exp']) * 1000,
  };
}

/** The `tid` of a bearer token without checking it: only for matching faults and counting. */
export function unverifiedTenantId(authorizationHeader: string | undefined): string | null {
  const payload = decode(authorizationHeader?.split(' ')[1]?.split('.')[1]);
  return payload && typeof payload['tid'] === 'string' ? payload['tid'] : null;
}

function publicKey(keys: SigningKey[], kid: string): KeyObject | null {
  const known = keys.find((key) => key.kid === kid);
  if (!known) return null;
  let key = publicKeys.get(kid);
  if (!key) {
    key = createPublicKey(known.privatePem);
    publicKeys.set(kid, key);
  }
  return key;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decode(part: string | undefined): Record<string, unknown> | null {
  if (!part) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function seconds(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
