// Makes the identity platform's signing keys: one for work and school tenants, one for personal accounts.
import { createHash, generateKeyPairSync } from 'node:crypto';
import type { SigningKey } from '../world.ts';

/** Fresh 2048-bit RSA keys. */
export function makeSigningKeys(): SigningKey[] {
  return [makeKey('tenants'), makeKey('personal')];
}

function makeKey(use: SigningKey['use']): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicJwk = { ...publicKey.export({ format: 'jwk' }) };
  const kid = createHash('sha256').update(JSON.stringify(publicJwk)).digest('base64url').slice(0, 27);
  return { kid, privatePem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), publicJwk, use };
}
