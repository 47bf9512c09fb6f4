// The app registrations by which tokens are asked for: the deployment's two, and those that MSPs own themselves.
import { createHash } from 'node:crypto';
import type { AppCredential } from '../../config.ts';
import type { AppKind, OwnApp } from '../microsoft.ts';
import { type ClientProof, openClientProof, type ProofTools } from './client-proof.ts';

export interface Registrations {
  /** How a registration proves itself. @throws Error when the certificate of an own app is not usable */
  of(app: AppKind | OwnApp): ClientProof;
}

/** Own apps whose keys are held ready; the least recently used go first. */
const capacity = 500;

/** @throws Error that says what is wrong with a certificate of the deployment */
export function openRegistrations(
  config: { partnerApp: AppCredential; customerApp: AppCredential },
  tools: ProofTools,
): Registrations {
  const own = new Map<string, ClientProof>();
  const deployment: Readonly<Record<AppKind, ClientProof>> = {
    partner: openClientProof(config.partnerApp, tools),
    customer: openClientProof(config.customerApp, tools),
  };
  const ofOwnApp = (app: OwnApp): ClientProof => {
    const key = ownAppKey(app);
    const proof = own.get(key) ?? openClientProof(app, tools);
    // A Map keeps insertion order: the first key is the one unused for longest.
    own.delete(key);
    own.set(key, proof);
    if (own.size > capacity) {
      for (const oldest of own.keys()) {
        own.delete(oldest);
        break;
      }
    }
    return proof;
  };
  return { of: (app) => (typeof app === 'string' ? deployment[app] : ofOwnApp(app)) };
}

/** Tells own apps apart, and the same app with another secret: a token of the one is none of the other. */
export function ownAppKey({ clientId, proof }: OwnApp): string {
  const secret = proof.kind === 'secret' ? proof.secret : proof.pem;
  return createHash('sha256').update(`${clientId.toLowerCase()}\n${proof.kind}\n${secret}`).digest('base64url');
}
