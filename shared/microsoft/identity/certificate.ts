// Reading a certificate with its private key from PEM text, with words for whoever gave it.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';

export interface CertificatePair {
  certificate: X509Certificate;
  key: KeyObject;
  /** When it begins and ends to be valid, milliseconds since the epoch. */
  fromMs: number;
  untilMs: number;
}

/**
 * @param pem the certificate and its private key, in any order; line breaks of any kind
 * @throws Error that completes "the certificate …": what is missing or does not fit
 */
export function readCertificatePair(pem: string): CertificatePair {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(pem))
    throw new Error('has a private key that is protected by a password: export it without one');
  const certificatePem = block(pem, 'CERTIFICATE');
  const keyPem = block(pem, '(?:RSA )?PRIVATE KEY');
  if (!certificatePem || !keyPem) throw new Error('must hold a certificate and its private key');
  const certificate = parsed(() => new X509Certificate(certificatePem));
  const key = parsed(() => createPrivateKey(keyPem));
  if (!certificate.checkPrivateKey(key)) throw new Error('does not belong to the private key');
  // https://learn.microsoft.com/entra/identity-platform/certificate-credentials
  if (key.asymmetricKeyType !== 'rsa') throw new Error('must be one with an RSA key: Entra takes no other');
  return {
    certificate,
    key,
    fromMs: Date.parse(certificate.validFrom),
    untilMs: Date.parse(certificate.validTo),
  };
}

function parsed<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new Error('is not readable: it must be PEM text, copied whole', { cause });
  }
}

function block(pem: string, label: string): string | undefined {
  return new RegExp(`-----BEGIN (${label})-----[\\s\\S]+?-----END \\1-----`).exec(pem)?.[0];
}
