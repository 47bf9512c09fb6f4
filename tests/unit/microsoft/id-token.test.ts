// Validation of id_tokens with keys made for the test: what must pass passes, and each forgery is refused.
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { manualClock } from '../../../shared/clock.ts';
import { type Expected, validateIdToken } from '../../../shared/microsoft/identity/id-token.ts';
import type { SigningKeys } from '../../../shared/microsoft/identity/signing-keys.ts';

const nowMs = Date.parse('2031-05-01T12:00:00Z');
const clock = manualClock(nowMs);
const tenantId = '6f2c1a52-4a8d-4a0e-9d5f-0c2b1f7a9e10';
const clientId = 'f0d4b8c2-2f35-4f5c-9b60-61b7bb2a4a11';
const issuerTemplate = 'https://login.microsoftonline.com/{tenantid}/v2.0';
const expected: Expected = { clientId, nonce: 'n-1', tenant: 'organizations' };

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;
let pair: Pair;
let stranger: Pair;
let keys: SigningKeys;

beforeAll(async () => {
  pair = await generateKeyPair('RS256');
  stranger = await generateKeyPair('RS256');
  keys = keysWith(issuerTemplate);
});

function keysWith(keyIssuer: string | undefined): SigningKeys {
  return {
    issuer: async () => issuerTemplate,
    find: async (kid) => (kid === 'k1' ? { key: pair.publicKey, issuer: keyIssuer } : undefined),
  };
}

const seconds = (ms: number) => Math.floor(ms / 1000);
const claims = (changes: Record<string, unknown> = {}) => ({
  aud: clientId,
  iss: issuerTemplate.replace('{tenantid}', tenantId),
  iat: seconds(nowMs),
  nbf: seconds(nowMs),
  exp: seconds(nowMs) + 3_600,
  nonce: 'n-1',
  tid: tenantId,
  oid: '0d6f9f7e-53f0-4f0c-8d0f-9b7a8b6c5d4e',
  name: 'Ada Admin',
  preferred_username: 'ada@contoso.example',
  ver: '2.0',
  ...changes,
});

function sign(payload: Record<string, unknown>, key = pair.privateKey, kid = 'k1') {
  return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' }).sign(key);
}

const validate = (token: string, changes: Partial<Expected> = {}, with_ = keys) =>
  validateIdToken(token, { ...expected, ...changes }, { keys: with_, clock });

describe('an id_token that is right', () => {
  it('gives the account with its directory roles', async () => {
    const wids = ['62e90394-69f5-4237-9190-012177145e10'];
    expect(await validate(await sign(claims({ wids })))).toEqual({
      tenantId,
      objectId: '0d6f9f7e-53f0-4f0c-8d0f-9b7a8b6c5d4e',
      name: 'Ada Admin',
      username: 'ada@contoso.example',
      roles: wids,
    });
  });

  it('passes for the tenant that was asked for, however its id is written', async () => {
    const account = await validate(await sign(claims()), { tenant: tenantId.toUpperCase() });
    expect(account.tenantId).toBe(tenantId);
  });

  it.each([
    ['299 s after its end', { exp: seconds(nowMs) - 299 }],
    ['299 s before its beginning', { nbf: seconds(nowMs) + 299 }],
  ])('passes %s, because clocks differ', async (_name, change) => {
    await expect(validate(await sign(claims(change)))).resolves.toMatchObject({ tenantId });
  });

  it('passes when the key says nothing of an issuer', async () => {
    await expect(validate(await sign(claims()), {}, keysWith(undefined))).resolves.toMatchObject({ tenantId });
  });
});

describe('an id_token that is refused', () => {
  const other = '11111111-2222-4333-8444-555555555555';
  const changes: [string, Record<string, unknown>][] = [
    ['another nonce', { nonce: 'n-2' }],
    ['no nonce', { nonce: undefined }],
    ['another audience', { aud: other }],
    ['the issuer of another tenant', { iss: issuerTemplate.replace('{tenantid}', other) }],
    ['an issuer elsewhere', { iss: `https://evil.example/${tenantId}/v2.0` }],
    ['the v1 issuer', { iss: `https://sts.windows.net/${tenantId}/` }],
    ['a tid that is no GUID', { tid: 'contoso', iss: issuerTemplate.replace('{tenantid}', 'contoso') }],
    ['the template itself as issuer', { iss: issuerTemplate }],
    ['an end 301 s ago', { exp: seconds(nowMs) - 301 }],
    ['a beginning in 301 s', { nbf: seconds(nowMs) + 301 }],
    ['no end', { exp: undefined }],
    ['no object id', { oid: undefined }],
  ];
  it.each(changes)('for %s', async (_name, change) => {
    await expect(validate(await sign(claims(change)))).rejects.toMatchObject({ code: 'id_token_invalid' });
  });

  it('for the signature of a stranger', async () => {
    await expect(validate(await sign(claims(), stranger.privateKey))).rejects.toMatchObject({
      code: 'id_token_invalid',
    });
  });

  it('for a key that the login origin does not publish', async () => {
    await expect(validate(await sign(claims(), stranger.privateKey, 'k2'))).rejects.toMatchObject({
      code: 'id_token_invalid',
    });
  });

  it('for a key that may sign for another tenant only', async () => {
    const bound = keysWith(issuerTemplate.replace('{tenantid}', other));
    await expect(validate(await sign(claims()), {}, bound)).rejects.toMatchObject({ code: 'id_token_invalid' });
  });

  it('for alg none', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ alg: 'none', kid: 'k1' })}.${part(claims())}.`;
    await expect(validate(token)).rejects.toMatchObject({ code: 'id_token_invalid' });
  });

  it('for HMAC with the public key as its secret', async () => {
    const secret = new TextEncoder().encode(JSON.stringify(await exportJWK(pair.publicKey)).padEnd(64));
    const token = await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(secret);
    await expect(validate(token)).rejects.toMatchObject({ code: 'id_token_invalid' });
  });

  it('for being no token at all, and shows nothing of it', async () => {
    const refusal = await validate('secret.of.somebody').catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'id_token_invalid', kind: 'interaction' });
    expect(String(refusal)).not.toContain('secret');
  });

  it('for a personal account', async () => {
    const tid = '9188040d-6c67-4c5b-b112-36a304b66dad';
    const token = await sign(claims({ tid, iss: issuerTemplate.replace('{tenantid}', tid) }));
    await expect(validate(token)).rejects.toMatchObject({ code: 'personal_account' });
  });

  it('for another tenant than the one that was asked for', async () => {
    await expect(validate(await sign(claims()), { tenant: other })).rejects.toMatchObject({ code: 'wrong_tenant' });
  });
});
