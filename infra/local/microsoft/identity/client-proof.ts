// How an app proves itself at the token endpoint: by a secret or by an assertion signed with its certificate.
// https://learn.microsoft.com/entra/identity-platform/certificate-credentials
import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { SimContext, SimRequest } from '../http.ts';
import type { AppRegistration } from '../world.ts';
import { AadstsFailure } from './errors.ts';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const CLOCK_SKEW_SECONDS = 300;

/** Assertion ids that were used, with their end, for each simulator. */
const usedAssertions = new WeakMap<SimContext, Map<string, number>>();

/** `appidacr` of a token: 1 by secret, 2 by certificate. */
export type ProofLevel = '1' | '2';

/**
 * Checks the app's proof.
 * @param audiences the values of `aud` that the assertion may carry
 * @throws AadstsFailure 7000218 without any, 7000215 or 7000222 for secrets, 700027 and others for assertions
 */
export async function proveClient(
  request: SimRequest,
  form: URLSearchParams,
  app: AppRegistration,
  context: SimContext,
  audiences: readonly string[],
): Promise<ProofLevel> {
  const assertion = form.get('client_assertion');
  if (assertion !== null) {
    if (form.get('client_assertion_type') !== ASSERTION_TYPE)
      throw new AadstsFailure(900144, ['client_assertion_type']);
    await checkAssertion(assertion, app, context, audiences);
    return '2';
  }
  const secret = form.get('client_secret') ?? basicSecret(request, app.appId);
  if (!secret) throw new AadstsFailure(7000218);
  const known = app.secrets.filter(({ value }) => value === secret);
  if (known.length === 0) throw new AadstsFailure(7000215, [app.appId]);
  if (known.every(({ expiresMs }) => expiresMs <= context.clock.now())) throw new AadstsFailure(7000222, [app.appId]);
  return '1';
}

function basicSecret(request: SimRequest, appId: string): string | null {
  const encoded = /^Basic\s+(\S+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
  if (!encoded) return null;
  const [user = '', password = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':').map(decodeURIComponent);
  return user.toLowerCase() === appId ? password : null;
}

async function checkAssertion(
  assertion: string,
  app: AppRegistration,
  context: SimContext,
  audiences: readonly string[],
): Promise<void> {
  const nowMs = context.clock.now();
  const key = signingCertificate(assertion, app, nowMs);
  const claims = await verified(assertion, key, nowMs);
  if (claims.iss !== app.appId || claims.sub !== app.appId) throw new AadstsFailure(700021);
  const audience = Array.isArray(claims.aud) ? claims.aud : [claims.aud ?? ''];
  if (!audience.some((value) => audiences.includes(normalAudience(value)))) throw new AadstsFailure(700023);
  if (typeof claims.exp !== 'number') throw new AadstsFailure(5002723, ['exp is missing']);
  if (typeof claims.jti !== 'string') throw new AadstsFailure(5002723, ['jti is missing']);
  noteUse(context, `${app.appId} ${claims.jti}`, claims.exp * 1000, nowMs);
}

/** Finds the registered certificate that the assertion names, and checks that it is valid now. */
function signingCertificate(assertion: string, app: AppRegistration, nowMs: number): KeyObject {
  const header = readHeader(assertion);
  const certificate = app.certificates.find(
    (one) =>
      one.thumbprint === header['x5t#S256'] || (header['x5t'] !== undefined && sha1Of(one.pem) === header['x5t']),
  );
  if (!certificate) throw new AadstsFailure(700027, ['Reason - The key was not found.']);
  const x509 = readCertificate(certificate.pem);
  const fromMs = x509 ? Date.parse(x509.validFrom) : 0;
  const untilMs = Math.min(certificate.expiresMs, x509 ? Date.parse(x509.validTo) : Number.POSITIVE_INFINITY);
  if (nowMs < fromMs - CLOCK_SKEW_SECONDS * 1000 || nowMs >= untilMs) throw new AadstsFailure(1000502);
  return x509?.publicKey ?? createPublicKey(certificate.pem);
}

/** The certificate in the PEM, or null when it is a bare public key. */
function readCertificate(pem: string): X509Certificate | null {
  return pem.includes('BEGIN CERTIFICATE') ? new X509Certificate(pem) : null;
}

/** The older `x5t`: SHA-1 of the certificate. */
function sha1Of(pem: string): string | null {
  const fingerprint = readCertificate(pem)?.fingerprint;
  return fingerprint ? Buffer.from(fingerprint.replaceAll(':', ''), 'hex').toString('base64url') : null;
}

function readHeader(assertion: string): Record<string, unknown> {
  try {
    return { ...decodeProtectedHeader(assertion) };
  } catch {
    throw new AadstsFailure(5002723, ['the assertion is not a JWT']);
  }
}

async function verified(assertion: string, key: KeyObject, nowMs: number) {
  try {
    const { payload } = await jwtVerify(assertion, key, {
      algorithms: ['PS256', 'RS256'],
      currentDate: new Date(nowMs),
      clockTolerance: CLOCK_SKEW_SECONDS,
    });
    return payload;
  } catch (error) {
    const outsideTime = error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed;
    if (outsideTime) throw new AadstsFailure(700024, [new Date(nowMs).toISOString()]);
    throw new AadstsFailure(700027, ['Reason - The key was found, but use of the key to verify the signature failed.']);
  }
}

function noteUse(context: SimContext, id: string, expiresMs: number, nowMs: number): void {
  const used = usedAssertions.get(context) ?? new Map<string, number>();
  usedAssertions.set(context, used);
  if (used.has(id)) throw new AadstsFailure(5002723, ['jti was used before']);
  used.set(id, expiresMs);
  if (used.size < 10_000) return;
  for (const [other, endMs] of used) if (endMs + CLOCK_SKEW_SECONDS * 1000 < nowMs) used.delete(other);
}

/**
 * The values that an assertion's `aud` may have for this tenant: the token endpoint or the issuer.
 * Scheme and loopback host are left out of the comparison: clients that insist on https name it so.
 */
export function assertionAudiences(loginOrigin: string, segments: readonly string[]): string[] {
  return segments.flatMap((segment) =>
    [`/${segment}/oauth2/v2.0/token`, `/${segment}/v2.0`].map((path) => normalAudience(`${loginOrigin}${path}`)),
  );
}

function normalAudience(value: string): string {
  if (!URL.canParse(value)) return value;
  const url = new URL(value);
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return `${loopback ? 'loopback' : url.hostname}:${url.port}${url.pathname.toLowerCase()}`;
}
