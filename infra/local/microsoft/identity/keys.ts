// Makes the identity platform's signing keys: one for work and school tenants, one for personal accounts.
import { createHash, generateKeyPair, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import selfsigned from 'selfsigned';
import type { SigningKey } from '../world.ts';

const newKeyPair = promisify(generateKeyPair);

/** Fresh 2048-bit RSA keys, each with its certificate as Entra publishes it. */
export function makeSigningKeys(): Promise<SigningKey[]> {
  return Promise.all([makeKey('tenants'), makeKey('personal')]);
}

async function makeKey(use: SigningKey['use']): Promise<SigningKey> {
  const { privateKey, publicKey } = await newKeyPair('rsa', { modulusLength: 2048 });
  const privatePem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const publicPem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  const made = await selfsigned.generate([{ name: 'commonName', value: 'accounts.accesscontrol.windows.net' }], {
    keyPair: { privateKey: privatePem, publicKey: publicPem },
    algorithm: 'sha256',
  });
  const certificate = new X509Certificate(made.cert).raw;
  // Entra's key ids are the certificates' SHA-1 thumbprints.
  const kid = createHash('sha1').update(certificate).digest('base64url');
  const publicJwk = { ...publicKey.export({ format: 'jwk' }), x5t: kid, x5c: [certificate.toString('base64')] };
  return { kid, privatePem, publicJwk, use };
}
