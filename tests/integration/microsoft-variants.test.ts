// Answers that Microsoft may give beside the documented examples: what discovery and the connection checks make of them.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runChecks } from '../../shared/connections/checks.ts';
import { contractsSource, gdapSource, partnerCenterSource } from '../../shared/customers/discovery-sources.ts';
import {
  graphRelationship,
  readAssignments,
  readMemberships,
  readRelationships,
} from '../../shared/customers/gdap-read.ts';
import { GLOBAL_ADMINISTRATOR } from '../../shared/customers/gdap-status.ts';
import { countingToken, json, openAt, type Stub, startStub } from './microsoft-stub.ts';

const upper = '52EAAD04-13A2-4A2F-9CE8-93A294FADF36';
const lower = upper.toLowerCase();
const longId = '5d027261-d21f-4aa9-b7db-7fa1f56fb163-8777b240-c6f0-4469-9e98-a3205431b836';

let stub: Stub;
beforeEach(async () => {
  stub = await startStub();
});
afterEach(() => stub.close());

const graph = () => openAt(stub.origin).microsoft.graph(countingToken());
const partnerCenter = () => openAt(stub.origin).microsoft.partnerCenter(countingToken());

const relationship = {
  '@odata.type': '#microsoft.graph.delegatedAdminRelationship',
  '@odata.etag': 'W/"JyI="',
  id: longId,
  displayName: 'Contoso admin relationship',
  duration: 'P730D',
  customer: { tenantId: upper, displayName: 'Contoso Inc' },
  accessDetails: { unifiedRoles: [{ roleDefinitionId: upper }] },
  status: 'active',
  autoExtendDuration: 'P180D',
  activatedDateTime: '2022-02-10T11:26:44.9941884Z',
  endDateTime: '2024-02-10T11:24:42.3148266Z',
};

describe('a relationship', () => {
  it('keeps its id of 73 characters, and its GUIDs in one case', async () => {
    stub.replies.push(json(200, { value: [relationship] }));
    const [read] = await readRelationships(graph());
    expect(read).toMatchObject({ id: longId, customer: { tenantId: lower }, status: 'active' });
    expect(read?.accessDetails?.unifiedRoles).toEqual([{ roleDefinitionId: lower }]);
  });

  it.each<[string, object, object]>([
    [
      'of an indirect reseller',
      {
        '@odata.type': '#microsoft.graph.resellerDelegatedAdminRelationship',
        isPartnerConsentPending: true,
        indirectProviderTenantId: upper,
      },
      { status: 'active' },
    ],
    ['not yet opened by a customer', { customer: null, status: 'created' }, { customer: null }],
    ['with an empty customer', { customer: {} }, { customer: null }],
    ['with a customer of no tenant', { customer: { tenantId: null, displayName: 'A' } }, { customer: null }],
    ['with empty dates', { activatedDateTime: '', endDateTime: '' }, { activatedDateTime: null, endDateTime: null }],
    ['with null dates', { activatedDateTime: null, endDateTime: null }, { activatedDateTime: null, endDateTime: null }],
    ['of a status that is new', { status: 'suspended' }, { status: 'unknownFutureValue' }],
    ['without an etag', { '@odata.etag': null }, { '@odata.etag': '' }],
    ['without roles', { accessDetails: { unifiedRoles: null } }, { accessDetails: { unifiedRoles: null } }],
    ['with nothing optional', { accessDetails: null, autoExtendDuration: null, displayName: null }, { id: longId }],
  ])('is read %s', (_words, change, expected) => {
    expect(graphRelationship.parse({ ...relationship, ...change })).toMatchObject(expected);
  });

  it('wants what its status is judged by', () => {
    expect(graphRelationship.safeParse({ ...relationship, id: undefined }).success).toBe(false);
    expect(graphRelationship.safeParse({ ...relationship, status: null }).success).toBe(false);
  });

  it('names a customer once, and none where it has none', () => {
    const told = [relationship, { ...relationship, customer: null }, relationship];
    const { sightings } = gdapSource(told.map((one) => graphRelationship.parse(one)));
    expect(sightings).toEqual([{ tenantId: lower, name: 'Contoso Inc', domain: null, source: 'gdap' }]);
  });
});

describe('access assignments', () => {
  const assignment = {
    id: 'a1',
    status: 'active',
    accessContainer: { accessContainerId: upper, accessContainerType: 'somethingNew' },
    accessDetails: { unifiedRoles: [{ roleDefinitionId: upper }, { roleDefinitionId: null }] },
  };
  const item = (id: string, body: unknown) => ({ id, status: 200, headers: { 'Retry-After': 3 }, body });

  it('match memberships whatever the case, ask for new enumeration members, and fail each by itself', async () => {
    stub.replies.push(
      json(200, {
        responses: [
          item('odd', { value: 'none' }),
          item('good', { value: [assignment, { ...assignment, id: 'a2', accessContainer: null, status: 'new' }] }),
        ],
      }),
    );
    const readings = await readAssignments(graph(), ['good', 'odd', 'lost'], async () => undefined);
    expect(readings.get('good')).toEqual({
      ok: true,
      assignments: [{ id: 'a1', status: 'active', groupId: lower, roles: [lower] }],
    });
    expect(readings.get('odd')).toMatchObject({ ok: false, explanation: { code: 'unexpected_answer' } });
    expect(readings.get('lost')).toMatchObject({ ok: false });
    const { requests } = JSON.parse(stub.asked[0]?.body ?? '');
    expect(requests[0]).toMatchObject({ headers: { Prefer: 'include-unknown-enum-members' } });
  });

  it('a later page that fails is that relationship’s failure alone', async () => {
    const next = `${stub.origin}/v1.0/tenantRelationships/delegatedAdminRelationships/x/accessAssignments?$skiptoken=1`;
    stub.replies.push(
      json(200, {
        responses: [
          item('long', { value: [assignment], '@odata.nextLink': next }),
          item('good', { value: [assignment], '@odata.nextLink': null }),
        ],
      }),
      json(403, { error: { code: 'Authorization_RequestDenied', message: 'No.' } }),
    );
    const readings = await readAssignments(graph(), ['long', 'good'], async () => undefined);
    expect(readings.get('long')).toMatchObject({ ok: false, transient: false });
    expect(readings.get('good')).toMatchObject({ ok: true });
  });

  it('memberships are in the same case', async () => {
    stub.replies.push(json(200, { value: [{ id: upper, '@odata.type': '#microsoft.graph.group' }] }));
    expect([...(await readMemberships(graph())).keys()]).toEqual([lower]);
  });
});

describe('the other sources', () => {
  it('contracts without a tenant are left out, an empty domain is none', async () => {
    const value = [{ customerId: null }, { customerId: upper, displayName: null, defaultDomainName: '' }];
    stub.replies.push(json(200, { value, '@odata.nextLink': null }));
    const reading = await contractsSource(graph());
    expect(reading).toMatchObject({ ok: true });
    expect(reading.sightings).toEqual([{ tenantId: lower, name: '', domain: null, source: 'contracts' }]);
  });

  it('Partner Center’s customers may lack their profile', async () => {
    stub.replies.push(
      json(200, {
        totalCount: 2,
        items: [
          { id: upper },
          { id: lower, companyProfile: { tenantId: 'none', companyName: null, domain: 'a.example' } },
        ],
        links: { self: { uri: '/v1/customers', method: 'GET', headers: [] } },
      }),
    );
    const { sightings } = await partnerCenterSource(partnerCenter());
    expect(sightings).toEqual([{ tenantId: lower, name: 'a.example', domain: 'a.example', source: 'partnerCenter' }]);
  });
});

describe('the checks of a connection', () => {
  it('know a Global Administrator whatever the case, and pass over what is not told', async () => {
    const answers: [RegExp, unknown][] = [
      [
        /directoryRole/,
        {
          value: [
            { id: '1', roleTemplateId: null },
            { id: '2', roleTemplateId: GLOBAL_ADMINISTRATOR.toUpperCase() },
          ],
        },
      ],
      [
        /microsoft\.graph\.group/,
        {
          value: [
            { id: '3', displayName: null },
            { id: '4', displayName: 'AdminAgents' },
          ],
        },
      ],
      [/delegatedAdminCustomers/, { value: [{ id: '5', somethingNew: true }] }],
      [/\/me\?/, { id: '6', userType: null }],
      [/\/v1\/customers/, { totalCount: 0, items: [] }],
    ];
    stub.replies.push((asked, response) => {
      const body = answers.find(([path]) => path.test(asked.path))?.[1] ?? {};
      response.writeHead(200, { 'content-type': 'application/json', isMfaCompliant: 'True' }).end(JSON.stringify(body));
    });
    const { checks, failure } = await runChecks(graph(), partnerCenter());
    expect(failure).toBeNull();
    expect(checks.map(({ ok }) => ok)).toEqual([true, true, true, true]);
  });
});
