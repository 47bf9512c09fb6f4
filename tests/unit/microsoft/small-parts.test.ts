// The small pure parts: origins, Retry-After, cutting into batches, permissions and product names.
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manualClock } from '../../../shared/clock.ts';
import { chunks } from '../../../shared/microsoft/graph/batch.ts';
import { isOfOrigin, readOrigins } from '../../../shared/microsoft/origins.ts';
import {
  customerAppPermissions,
  customerAppSignInPermissions,
  partnerAppPermissions,
} from '../../../shared/microsoft/permissions.ts';
import { parseProductNames, productName, productNamesOf } from '../../../shared/microsoft/product-names.ts';
import { retryAfterMs } from '../../../shared/microsoft/transport.ts';

describe('origins', () => {
  const origins = (graphOrigin: string) =>
    readOrigins({ loginOrigin: 'https://login.example', graphOrigin, partnerCenterOrigin: 'https://pc.example/' });

  it('asks for tokens by the public name where a stand-in answers on loopback', () => {
    expect(origins('http://localhost:4002')).toMatchObject({
      graph: 'http://localhost:4002',
      graphResource: 'https://graph.microsoft.com',
      partnerCenter: 'https://pc.example',
      partnerCenterResource: 'https://pc.example',
    });
  });

  it('asks for tokens by the national cloud’s own name', () => {
    expect(origins('https://graph.microsoft.us').graphResource).toBe('https://graph.microsoft.us');
  });

  it.each(['http://graph.example', 'ftp://localhost', 'nonsense'])('refuses %s', (address) => {
    expect(() => origins(address)).toThrow('graphOrigin');
  });

  it.each([
    ['https://graph.example/v1.0/users', true],
    ['https://graph.example:443/v1.0/users', true],
    ['https://graph.example.evil.example/v1.0', false],
    ['https://graph.example@evil.example/', false],
    ['http://graph.example/v1.0', false],
    ['//graph.example/v1.0', false],
    ['/v1.0/users', false],
  ])('tells of %s whether it is of the origin: %s', (address, answer) => {
    expect(isOfOrigin(address, 'https://graph.example')).toBe(answer);
  });
});

describe('Retry-After', () => {
  const clock = manualClock(Date.parse('2026-03-01T10:00:00Z'));
  it.each([
    ['10', 10_000],
    ['0', 0],
    ['1.5', 1_500],
    ['-3', 0],
    ['Sun, 01 Mar 2026 10:00:30 GMT', 30_000],
    ['Sun, 01 Mar 2026 09:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
  ])('reads %j as %s ms', (header, waitMs) => {
    expect(retryAfterMs(header, clock)).toBe(waitMs);
  });
});

describe('cutting into batches', () => {
  it('keeps all and their order, in pieces that are full but for the last', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 25 }), (items, size) => {
        const pieces = chunks(items, size);
        expect(pieces.flat()).toEqual(items);
        expect(pieces.slice(0, -1).every((piece) => piece.length === size)).toBe(true);
        expect(pieces.every((piece) => piece.length > 0 && piece.length <= size)).toBe(true);
      }),
    );
  });
});

describe('permissions', () => {
  it('G2-03 the customer app only reads, and has application permissions alone', () => {
    expect(customerAppPermissions.map(({ permission, kind }) => [permission, kind])).toEqual([
      ['Organization.Read.All', 'application'],
      ['LicenseAssignment.Read.All', 'application'],
      ['User.Read.All', 'application'],
      ['AuditLog.Read.All', 'application'],
      ['GroupMember.Read.All', 'application'],
    ]);
  });

  it('gives every permission a reason, a feature and an endpoint, once', () => {
    const all = [...partnerAppPermissions, ...customerAppPermissions, ...customerAppSignInPermissions];
    for (const row of all) {
      expect(row.why).toMatch(/^To .+\.$/);
      expect(row.feature).not.toBe('');
      expect(row.endpoints.length).toBeGreaterThan(0);
    }
    expect(new Set(all.map(({ app, kind, permission }) => `${app} ${kind} ${permission}`)).size).toBe(all.length);
    // In customer tenants nothing is written; in the MSP's own only admin relationships are, when an Admin asks for it.
    const writing = all.filter(({ permission }) => /Write|FullControl|AccessAsUser/.test(permission));
    expect(writing.map(({ app, permission }) => `${app} ${permission}`)).toEqual([
      'partner DelegatedAdminRelationship.ReadWrite.All',
    ]);
  });
});

describe('product names', () => {
  const header =
    'Product_Display_Name,String_Id,GUID,Service_Plan_Name,Service_Plan_Id,Service_Plans_Included_Friendly_Names';
  const line =
    '"Microsoft 365 Business, Premium",SPB,cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46,X,24435e4b-87d0-4d7d-8beb-63a9b1573022,Y';

  it('knows the well-known ones and falls back to the part number', () => {
    expect(productName({ skuId: 'CBDC14AB-D96C-4C30-B9F4-6ADA7CDC1D46', skuPartNumber: '?' })).toBe(
      'Microsoft 365 Business Premium',
    );
    expect(productName({ skuId: 'unknown', skuPartNumber: 'SPE_E3' })).toBe('Microsoft 365 E3');
    expect(productName({ skuId: 'unknown', skuPartNumber: 'NEW_THING' })).toBe('NEW_THING');
  });

  it('reads the published list, one row a product, with a byte order mark and repeated lines', async () => {
    const rows = await parseProductNames(Readable.from([`\uFEFF${header}\r\n`, `${line}\r\n${line}\r\n`, ',,,,,\r\n']));
    expect(rows).toEqual([
      { skuId: 'cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46', partNumber: 'SPB', name: 'Microsoft 365 Business, Premium' },
    ]);
    const [{ skuId = '', partNumber = '' } = {}] = rows;
    expect(productName({ skuId, skuPartNumber: partNumber }, productNamesOf(rows))).toBe(
      'Microsoft 365 Business, Premium',
    );
  });

  it('refuses a page that is not the list, and passes on a stream that breaks', async () => {
    await expect(parseProductNames(Readable.from(['<html><body>moved</body></html>']))).rejects.toThrow('no product');
    const broken = Readable.from(
      (async function* () {
        yield `${header}\r\n`;
        throw new Error('connection lost');
      })(),
    );
    await expect(parseProductNames(broken)).rejects.toThrow('connection lost');
  });
});
