// Which texts are domain names at all.
import { describe, expect, it } from 'vitest';
import { isDomainName } from '../../../shared/microsoft/identity/tenant-of-domain.ts';

describe('isDomainName', () => {
  it.each(['contoso.com', 'a.io', 'northwind-partners.co.uk', 'XN--bcher-kva.example', 'tenant.onmicrosoft.com'])(
    'takes %s',
    (text) => expect(isDomainName(text)).toBe(true),
  );
  it.each([
    '',
    'contoso',
    '.com',
    'contoso..com',
    '-contoso.com',
    'contoso.com/path',
    'contoso.com?x',
    'a@contoso.com',
    'https://contoso.com',
    'con toso.com',
    '../organizations',
    `${'a'.repeat(64)}.com`,
    `${'a.'.repeat(130)}com`,
  ])('refuses %j', (text) => expect(isDomainName(text)).toBe(false));
});
