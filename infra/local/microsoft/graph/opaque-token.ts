// Page and delta tokens: opaque to the caller, signed so that a changed one is refused, and bound to a tenant.

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { World } from '../world.ts';

/** Packs a value into a token that only this world can have made. */
export function sealToken(world: World, value: Record<string, unknown>): string {
  const payload = Buffer.from(JSON.stringify(value));
  return Buffer.concat([signature(world, payload), payload]).toString('base64url');
}

/** Unpacks a token; null when it was not made by this world or was changed. */
export function openToken(world: World, token: string): Record<string, unknown> | null {
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.toString('base64url') !== token || bytes.length <= SIGNATURE_BYTES) return null;
  const payload = bytes.subarray(SIGNATURE_BYTES);
  if (!timingSafeEqual(bytes.subarray(0, SIGNATURE_BYTES), signature(world, payload))) return null;
  const value: unknown = JSON.parse(payload.toString('utf8'));
  return typeof value === 'object' && value !== null ? { ...value } : null;
}

const SIGNATURE_BYTES = 16;

function signature(world: World, payload: Buffer): Buffer {
  return createHmac('sha256', `graph-token-${world.seed}-${world.startMs}`)
    .update(payload)
    .digest()
    .subarray(0, SIGNATURE_BYTES);
}
