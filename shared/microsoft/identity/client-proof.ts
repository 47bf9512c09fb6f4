// How an app registration proves itself at the token endpoint: a secret, a certificate, or a managed identity whose
// federated credential the registration trusts.
import { SignJWT } from 'jose';
import { type Clock, MINUTE_MS } from '../../clock.ts';
import type { AppCredential } from '../../config.ts';
import type { Ids } from '../../ids.ts';
import { findingError } from '../catalogue.ts';
import { readCertificatePair } from './certificate.ts';

/** Made for one exchange: what a client assertion is for, and whose it is. */
type Assertion = (request: { clientId: string; tokenEndpoint?: string }) => Promise<string>;

export interface ClientProof {
  clientId: string;
  /** As MSAL's configuration wants it. */
  proof: { clientSecret: string } | { clientAssertion: Assertion };
}

export interface ProofTools {
  clock: Clock;
  ids: Ids;
  /** What a managed identity's token is made for in this cloud. */
  tokenExchangeAudience: string;
}

const assertionLifetimeMs = 10 * MINUTE_MS;

/**
 * Prepares the proof once; keys are parsed here and not at each exchange.
 * @throws Error when a certificate's PEM text lacks the certificate or its private key, or they do not belong together
 */
export function openClientProof(
  { clientId, proof }: Pick<AppCredential, 'clientId' | 'proof'>,
  tools: ProofTools,
): ClientProof {
  switch (proof.kind) {
    case 'secret':
      return { clientId, proof: { clientSecret: proof.secret } };
    case 'certificate':
      return { clientId, proof: { clientAssertion: certificateAssertion(proof.pem, tools) } };
    case 'managedIdentity':
      return {
        clientId,
        proof: { clientAssertion: managedIdentityAssertion(proof.clientId, tools.tokenExchangeAudience) },
      };
  }
}

/**
 * Signs assertions with the certificate's key. We do it ourselves because MSAL parses the PEM text for each signature,
 * which more than doubles the CPU time of a token, and because it uses the machine's clock.
 * https://learn.microsoft.com/entra/identity-platform/certificate-credentials
 */
function certificateAssertion(pem: string, { clock, ids }: ProofTools): Assertion {
  const { certificate, key } = pairOf(pem);
  const header = {
    alg: 'PS256',
    typ: 'JWT',
    'x5t#S256': Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url'),
  };
  return async ({ clientId, tokenEndpoint }) => {
    if (!tokenEndpoint) throw new Error('MSAL asked for an assertion without naming the endpoint');
    const nowMs = clock.now();
    return new SignJWT({})
      .setProtectedHeader(header)
      .setAudience(tokenEndpoint)
      .setIssuer(clientId)
      .setSubject(clientId)
      .setJti(ids.uuid())
      .setNotBefore(new Date(nowMs))
      .setIssuedAt(new Date(nowMs))
      .setExpirationTime(new Date(nowMs + assertionLifetimeMs))
      .sign(key);
  };
}

function pairOf(pem: string) {
  try {
    return readCertificatePair(pem);
  } catch (cause) {
    throw new Error(`the certificate ${cause instanceof Error ? cause.message : 'is not readable'}`, { cause });
  }
}

/**
 * Asks the managed identity for the token that stands in for a secret; `@azure/identity` caches it.
 * https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity
 */
function managedIdentityAssertion(identityClientId: string, audience: string): Assertion {
  let credential: Promise<{ getToken(scope: string): Promise<{ token: string }> }> | undefined;
  return async () => {
    // Loaded when needed: only deployments on Azure do, and it takes a while.
    credential ??= import('@azure/identity').then(
      ({ ManagedIdentityCredential }) => new ManagedIdentityCredential({ clientId: identityClientId }),
    );
    try {
      const { token } = await (await credential).getToken(`${audience}/.default`);
      return token;
    } catch (error) {
      throw findingError('entra', 'identity_unavailable', { cause: error });
    }
  };
}
