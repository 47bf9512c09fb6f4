// What a partner sees of other tenants without any access to them: /contracts and findTenantInformation….

import type { ResellerRelation, Tenant } from '../world.ts';
import { denied, type GraphAnswer, type GraphCall, GraphFailure, metadata, parameter } from './call.ts';
import { listAnswer } from './listing.ts';
import { allowOptions, type EntityShape } from './query-options.ts';

const CONTRACT_SHAPE: EntityShape<ResellerRelation> = {
  typeName: 'microsoft.graph.contract',
  properties: new Map<string, (relation: ResellerRelation) => unknown>([
    ['id', (relation) => relation.contractId],
    ['deletedDateTime', () => null],
    ['contractType', (relation) => relation.contractType],
    ['customerId', (relation) => relation.customerTenantId],
    ['defaultDomainName', (relation) => relation.defaultDomainName],
    ['displayName', (relation) => relation.displayName],
  ]),
};

/** GET /contracts: partner tenants only. */
export function listContracts(call: GraphCall): GraphAnswer {
  if (call.tenant.kind !== 'partner') throw denied();
  const own = call.context.world.resellerRelations.filter((relation) => relation.partnerTenantId === call.tenant.id);
  return listAnswer(call, own, {
    contextFragment: 'contracts',
    shape: CONTRACT_SHAPE,
    pageSize: 100,
    maxTop: 999,
    filters: { customerId: ['eq'], defaultDomainName: ['eq'], displayName: ['eq', 'startswith'] },
  });
}

/** GET /tenantRelationships/findTenantInformationByTenantId(tenantId='…') */
export function findByTenantId(call: GraphCall): GraphAnswer {
  const tenantId = parameter(call, 0).toLowerCase();
  const tenant = call.context.world.tenants.get(tenantId);
  return tenantInformation(call, tenant, `Unable to find tenant with ID '${tenantId}'.`);
}

/** GET /tenantRelationships/findTenantInformationByDomainName(domainName='…') */
export function findByDomainName(call: GraphCall): GraphAnswer {
  const domain = parameter(call, 0).toLowerCase();
  const tenants = [...call.context.world.tenants.values()];
  const tenant = tenants.find(({ defaultDomain, initialDomain }) =>
    [defaultDomain.toLowerCase(), initialDomain.toLowerCase()].includes(domain),
  );
  return tenantInformation(call, tenant, `Unable to find tenant with domain name '${domain}'.`);
}

function tenantInformation(call: GraphCall, tenant: Tenant | undefined, missing: string): GraphAnswer {
  allowOptions(call, []);
  if (!tenant || tenant.deleted) throw new GraphFailure(404, 'Directory_ObjectNotFound', missing);
  return {
    status: 200,
    body: {
      '@odata.context': metadata(call, 'microsoft.graph.tenantInformation'),
      tenantId: tenant.id,
      federationBrandName: null,
      displayName: tenant.displayName,
      defaultDomainName: tenant.defaultDomain,
    },
  };
}
