import { randomBytes } from 'node:crypto';
import { CompactEncrypt } from 'jose';
import { describe, expect, it } from 'vitest';
import { openSealer, SealError } from '../../../shared/access/seal.ts';

const key = (kid: string) => ({ kid, key: new Uint8Array(randomBytes(32)) });

describe('sealing', () => {
  it('opens at the place it was sealed for and nowhere else', async () => {
    const sealer = openSealer([key('a')]);
    const sealed = await sealer.seal('secret ✓', 'credential:1');
    expect(sealed).not.toContain('secret');
    await expect(sealer.open(sealed, 'credential:1')).resolves.toBe('secret ✓');
    await expect(sealer.open(sealed, 'credential:2')).rejects.toThrow(SealError);
  });

  it('opens what an older key sealed, and nothing of a key that is gone', async () => {
    const [older, newer] = [key('older'), key('newer')];
    const sealed = await openSealer([older]).seal('x', 'c');
    await expect(openSealer([newer, older]).open(sealed, 'c')).resolves.toBe('x');
    await expect(openSealer([newer]).open(sealed, 'c')).rejects.toThrow(SealError);
    const again = await openSealer([newer, older]).seal('x', 'c');
    expect(JSON.parse(Buffer.from(again.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({ kid: 'newer' });
  });

  it('notices any change', async () => {
    const sealer = openSealer([key('a')]);
    const sealed = await sealer.seal('x', 'c');
    for (const [index, part] of sealed.split('.').entries()) {
      if (part === '') continue;
      const changed = sealed.split('.');
      changed[index] = `${part.startsWith('A') ? 'B' : 'A'}${part.slice(1)}`;
      await expect(sealer.open(changed.join('.'), 'c')).rejects.toThrow(SealError);
    }
    for (const nonsense of ['', '....', 'x', '{"ciphertext":"x"}'])
      await expect(sealer.open(nonsense, 'c')).rejects.toThrow(SealError);
  });

  it('takes no other algorithm, even with the right key', async () => {
    const own = { kid: 'a', key: new Uint8Array(randomBytes(32)) };
    const header = { alg: 'A256GCMKW', enc: 'A256GCM', kid: 'a' };
    const forged = await new CompactEncrypt(new TextEncoder().encode('x')).setProtectedHeader(header).encrypt(own.key);
    await expect(openSealer([own]).open(forged, 'c')).rejects.toThrow(SealError);
  });

  it('refuses unusable keys', () => {
    expect(() => openSealer([])).toThrow(RangeError);
    expect(() => openSealer([{ kid: 'a', key: new Uint8Array(16) }])).toThrow(RangeError);
    expect(() => openSealer([key('a'), key('a')])).toThrow(RangeError);
  });
});
