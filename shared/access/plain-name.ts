// Names that people type and others read: nothing in them that cannot be seen or that turns what stands around them.
import { z } from 'zod';

/** Control characters, half a pair of surrogates, and what changes the direction of writing. */
const hidden = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const visible = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** A name of 1 to `maxLength` characters, trimmed. `missing` is said where there is none. */
export function plainName(maxLength: number, missing: string) {
  return z
    .string()
    .trim()
    .max(maxLength)
    .refine((name) => visible.test(name), missing)
    .refine((name) => !hidden.test(name), 'The name holds characters that cannot be seen.');
}
