// Who signed in: validates an id_token of Entra v2.0 and reads the account from it.
import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { findingError } from '../catalogue.ts';
import { MicrosoftError, type SignedInAccount } from '../microsoft.ts';
import type { SigningKeys } from './signing-keys.ts';

/** What the token must be for. */
export interface Expected {
  clientId: string;
  nonce: string;
  /** The tenant that was asked for: where it is an id, only accounts of that tenant pass. */
  tenant: string;
}

/** All personal Microsoft accounts share this tenant. */
const personalTenantId = '9188040d-6c67-4c5b-b112-36a304b66dad';
const clockSkewSeconds = 5 * 60;

const claimsSchema = z.object({
  iss: z.string(),
  tid: z.guid().transform((tid) => tid.toLowerCase()),
  oid: z.guid().transform((oid) => oid.toLowerCase()),
  nonce: z.string(),
  ver: z.literal('2.0').optional(),
  name: z.string().catch(''),
  preferred_username: z.string().catch(''),
  wids: z.array(z.string().toLowerCase()).catch([]),
});

/**
 * Checks signature (RS256 with a key of the login origin), audience, lifetime (5 minutes of skew), nonce, issuer and
 * tenant, and refuses personal accounts.
 * @see https://learn.microsoft.com/entra/identity-platform/claims-validation and, for the issuer,
 *   https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-the-issuer
 * @throws MicrosoftError with code `id_token_invalid`, `personal_account` or `wrong_tenant`; transient when the keys
 *   could not be read
 */
export async function validateIdToken(
  idToken: string,
  expected: Expected,
  { keys, clock }: { keys: SigningKeys; clock: Clock },
): Promise<SignedInAccount> {
  const { payload, keyIssuer } = await verifySignature(idToken, expected.clientId, keys, clock);
  const parsed = claimsSchema.safeParse(payload);
  if (!parsed.success) throw invalid('claims are missing or malformed');
  const claims = parsed.data;
  const issuers = [await keys.issuer(), ...(keyIssuer === undefined ? [] : [keyIssuer])];
  if (issuers.some((issuer) => issuer.replace('{tenantid}', claims.tid) !== claims.iss)) {
    throw invalid('the issuer is not that of the tenant, or the key may not sign for it');
  }
  if (claims.nonce !== expected.nonce) throw invalid('the nonce is another one');
  if (claims.tid === personalTenantId) throw findingError('entra', 'personal_account');
  if (z.guid().safeParse(expected.tenant).success && claims.tid !== expected.tenant.toLowerCase()) {
    throw findingError('entra', 'wrong_tenant');
  }
  return {
    tenantId: claims.tid,
    objectId: claims.oid,
    name: claims.name || claims.preferred_username,
    username: claims.preferred_username,
    roles: claims.wids,
  };
}

async function verifySignature(
  idToken: string,
  clientId: string,
  keys: SigningKeys,
  clock: Clock,
): Promise<{ payload: JWTPayload; keyIssuer: string | undefined }> {
  try {
    const { kid } = decodeProtectedHeader(idToken);
    const found = kid === undefined ? undefined : await keys.find(kid);
    if (!found) throw invalid('it is signed with an unknown key');
    const { payload } = await jwtVerify(idToken, found.key, {
      // Fixed here, never taken from the token: `none` and HMAC with the public key are the classic forgeries.
      algorithms: ['RS256'],
      audience: clientId,
      currentDate: new Date(clock.now()),
      clockTolerance: clockSkewSeconds,
      requiredClaims: ['exp', 'nbf', 'iat'],
    });
    return { payload, keyIssuer: found.issuer };
  } catch (error) {
    if (error instanceof MicrosoftError) throw error;
    if (error instanceof errors.JOSEError || error instanceof TypeError) throw invalid(error.message);
    throw error;
  }
}

/** The reason stays in the cause, for the log: it would tell a forger what to do better. */
function invalid(reason: string): MicrosoftError {
  return findingError('entra', 'id_token_invalid', { cause: new Error(reason) });
}
