// Ids of objects that the world does not store: made from what they stand for, so that they stay the same for ever.

import { createHash } from 'node:crypto';

const known = new Map<string, string>();

/** A GUID made from the given parts. */
export function derivedGuid(...parts: string[]): string {
  const key = parts.join('|');
  let guid = known.get(key);
  if (guid === undefined) {
    const hex = createHash('sha256').update(key).digest('hex');
    guid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    if (known.size > 100_000) known.clear();
    known.set(key, guid);
  }
  return guid;
}
