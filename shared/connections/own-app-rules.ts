// What an MSP tells of its own app registration, and what is wrong with it. Pure.
import { z } from 'zod';
import { plainName } from '../access/plain-name.ts';
import { invalid } from '../errors.ts';
import { readCertificatePair } from '../microsoft/identity/certificate.ts';
import { isDomainName } from '../microsoft/identity/tenant-of-domain.ts';
import type { MicrosoftError, OwnApp } from '../microsoft/microsoft.ts';
import { reasonOf } from './reasons.ts';

export const ownAppDraftInput = z.object({ name: plainName(100, 'Give the connection a name.') });

/** A form sends a field that was left open as an empty text. */
const optional = (maxLength: number) =>
  z
    .string()
    .trim()
    .max(maxLength)
    .optional()
    .transform((text) => text || undefined);

export const ownAppInput = z
  .object({
    domain: z
      .string()
      .trim()
      .toLowerCase()
      .refine(isDomainName, 'Give a domain of the partner tenant, such as northwindpartners.com.'),
    clientId: z.string().trim().toLowerCase().pipe(z.guid('Give the application (client) id: a GUID.')),
    secret: optional(500),
    /** PEM text of the certificate and its private key. */
    certificate: optional(20_000),
    /** The day on which the secret ends, as Entra shows it; a certificate says so itself. */
    secretEndsOn: optional(10).pipe(z.iso.date('Give the date as YYYY-MM-DD.').optional()),
  })
  .superRefine(({ secret, certificate }, context) => {
    if (secret !== undefined && certificate !== undefined)
      context.addIssue({ code: 'custom', path: ['certificate'], message: 'Give a secret or a certificate, not both.' });
    if (secret === undefined && certificate === undefined)
      context.addIssue({ code: 'custom', path: ['secret'], message: 'Give the secret, or a certificate below.' });
    // Entra shows both side by side, and the value only once.
    if (secret !== undefined && z.guid().safeParse(secret).success)
      context.addIssue({ code: 'custom', path: ['secret'], message: 'This is the id of a secret. Give its value.' });
  });
export type OwnAppInput = z.infer<typeof ownAppInput>;

/** The registration, and when its proof ends; null for a secret of which nobody said. */
export interface ToldApp {
  ownApp: OwnApp;
  endsAtMs: number | null;
}

/**
 * Reads the proof out of what was told.
 * @param reserved client ids that are no MSP's: the deployment's own two
 * @throws Problem 400 with the field that is wrong
 */
export function readTold(input: OwnAppInput, reserved: readonly string[], nowMs: number): ToldApp {
  const { clientId, secret, certificate, secretEndsOn } = input;
  if (reserved.some((id) => id.toLowerCase() === clientId))
    throw wrong('clientId', "This is Tenantry's own app. Give the application id of your registration.");
  if (certificate === undefined) {
    // Entra ends a secret in the course of its last day: until when exactly, it does not show.
    const endsAtMs = secretEndsOn === undefined ? null : Date.parse(`${secretEndsOn}T00:00:00.000Z`);
    if (endsAtMs !== null && endsAtMs <= nowMs) throw wrong('secretEndsOn', 'This secret has ended: make a new one.');
    return { ownApp: { clientId, proof: { kind: 'secret', secret: secret ?? '' } }, endsAtMs };
  }
  const untilMs = endOf(certificate, nowMs);
  return { ownApp: { clientId, proof: { kind: 'certificate', pem: certificate } }, endsAtMs: untilMs };
}

function endOf(pem: string, nowMs: number): number {
  try {
    const { fromMs, untilMs } = readCertificatePair(pem);
    if (untilMs <= nowMs) throw new Error('has ended: upload a new one to Entra and give it here');
    if (fromMs > nowMs) throw new Error('is not valid yet');
    return untilMs;
  } catch (error) {
    throw wrong('certificate', `The certificate ${error instanceof Error ? error.message : 'is not readable'}.`);
  }
}

/**
 * Which field an answer of Microsoft to the first use of the registration speaks against; undefined where it speaks
 * against none: whatever is missing then, the sign-in will ask for.
 */
export function fieldRefused(
  error: MicrosoftError,
  kind: OwnApp['proof']['kind'],
): 'clientId' | typeof kind | undefined {
  if (/^AADSTS(700016|700011|90002)$/.test(error.code)) return 'clientId';
  if (reasonOf(error.code) === 'client_secret_expired') return kind;
  return undefined;
}

/** @throws nothing: gives the Problem 400 for a field */
export function wrong(field: string, message: string) {
  return invalid('Some of what was sent is not valid.', 'Correct the fields that are named and send it again.', {
    [field]: message,
  });
}
