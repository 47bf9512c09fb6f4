// Identifiers and randomness come from outside, so that tests can repeat them.
import { randomBytes, randomUUID } from 'node:crypto';

export interface Ids {
  /** A fresh GUID. */
  uuid(): string;
  /** A fresh secret of `bytes` random bytes, base64url. */
  token(bytes: number): string;
  /** A number in [0, 1), for jitter. */
  random(): number;
}

export const systemIds: Ids = {
  uuid: () => randomUUID(),
  token: (bytes) => randomBytes(bytes).toString('base64url'),
  random: () => Math.random(),
};
