// Secrets at rest and in cookies: compact JWE (RFC 7516) with AES-256-GCM. Keys rotate by id; a value opens only where it was sealed for.
import { createHash } from 'node:crypto';
import { CompactEncrypt, compactDecrypt } from 'jose';
import type { SealingKey } from '../config.ts';

export interface Sealer {
  /** `context` names the place of the value, such as `credential:{workspaceId}:{connectionId}`; only that place opens it. */
  seal(plaintext: string, context: string): Promise<string>;
  /** @throws SealError when the value was changed, belongs elsewhere, or was sealed with a key that is no longer known. */
  open(sealed: string, context: string): Promise<string>;
}

/** A sealed value that does not open. It does not say why: the one who sent it learns nothing. */
export class SealError extends Error {
  constructor(options?: ErrorOptions) {
    super('The sealed value does not open.', options);
    this.name = 'SealError';
  }
}

const algorithms = { alg: 'dir', enc: 'A256GCM' } as const;
const keyBytes = 32;

/**
 * @param keys the first seals, all of them open; 32 bytes each.
 * @throws RangeError for no key, a key of another size, or two keys of one id.
 */
export function openSealer(keys: readonly SealingKey[]): Sealer {
  const byId = new Map(keys.map(({ kid, key }) => [kid, key]));
  const newest = keys[0];
  if (!newest) throw new RangeError('At least one sealing key is needed.');
  if (byId.size !== keys.length) throw new RangeError('Two sealing keys have the same id.');
  if (keys.some(({ key }) => key.length !== keyBytes)) throw new RangeError(`A sealing key has ${keyBytes} bytes.`);

  return {
    async seal(plaintext, context) {
      // The protected header is the cipher's additional data, so the context cannot be exchanged.
      return new CompactEncrypt(new TextEncoder().encode(plaintext))
        .setProtectedHeader({ ...algorithms, kid: newest.kid, ctx: digest(context) })
        .encrypt(newest.key);
    },
    async open(sealed, context) {
      try {
        const { plaintext, protectedHeader } = await compactDecrypt(sealed, ({ kid }) => keyOf(byId, kid), {
          keyManagementAlgorithms: [algorithms.alg],
          contentEncryptionAlgorithms: [algorithms.enc],
        });
        if (protectedHeader['ctx'] !== digest(context)) throw new SealError();
        return new TextDecoder().decode(plaintext);
      } catch (cause) {
        throw new SealError({ cause });
      }
    },
  };
}

function keyOf(byId: ReadonlyMap<string, Uint8Array>, kid: string | undefined): Uint8Array {
  const key = kid === undefined ? undefined : byId.get(kid);
  if (!key) throw new SealError();
  return key;
}

/** The header can be read by anybody: it holds no context in clear. */
function digest(context: string): string {
  return createHash('sha256').update(context).digest('base64url');
}
