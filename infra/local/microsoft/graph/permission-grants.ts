// /oauth2PermissionGrants: delegated permissions that were granted to applications, for everybody or for one user.

import { z } from 'zod';
import { GRAPH_APP_ID, PARTNER_CENTER_APP_ID, type ServicePrincipal, type Tenant } from '../world.ts';
import {
  badRequest,
  type GraphAnswer,
  type GraphCall,
  GraphFailure,
  graphAddress,
  metadata,
  missingObject,
  parameter,
} from './call.ts';
import { derivedGuid } from './derived-id.ts';
import { listAnswer } from './listing.ts';
import { allowOptions, type EntityShape, project } from './query-options.ts';
import { findPrincipal, requirePrincipal, resourceObjectId } from './service-principals.ts';

type DelegatedGrant = ServicePrincipal['delegatedGrants'][number];

interface GrantSource {
  principal: ServicePrincipal;
  grant: DelegatedGrant;
  tenant: Tenant;
}

const GRANT_SHAPE: EntityShape<GrantSource> = {
  typeName: 'microsoft.graph.oAuth2PermissionGrant',
  properties: new Map<string, (source: GrantSource) => unknown>([
    ['clientId', ({ principal }) => principal.id],
    ['consentType', ({ grant }) => grant.consentType],
    ['id', grantId],
    ['principalId', ({ grant }) => grant.principalId],
    ['resourceId', ({ grant, tenant }) => resourceObjectId(tenant, grant.resourceAppId)],
    ['scope', ({ grant }) => grant.scopes.join(' ')],
  ]),
};

/** GET /oauth2PermissionGrants */
export function listGrants(call: GraphCall): GraphAnswer {
  return grantsAnswer(call, grants(call));
}

/** GET /servicePrincipals/{id}/oauth2PermissionGrants */
export function listGrantsOfPrincipal(call: GraphCall): GraphAnswer {
  const { id } = requirePrincipal(call).principal;
  const own = grants(call).filter(({ principal }) => principal.id === id);
  return grantsAnswer(call, own);
}

/** GET /oauth2PermissionGrants/{id} */
export function getGrant(call: GraphCall): GraphAnswer {
  allowOptions(call, ['$select']);
  return grantAnswer(call, requireGrant(call), 200);
}

const NEW_GRANT = z.object({
  clientId: z.guid(),
  consentType: z.enum(['AllPrincipals', 'Principal']),
  principalId: z.guid().nullish(),
  resourceId: z.guid(),
  scope: z.string(),
});

/** POST /oauth2PermissionGrants */
export function createGrant(call: GraphCall): GraphAnswer {
  const body = NEW_GRANT.safeParse(call.body);
  if (!body.success) throw badRequest('clientId, consentType, resourceId and scope are required.');
  const { clientId, consentType, principalId, resourceId, scope } = body.data;
  if ((consentType === 'Principal') !== Boolean(principalId)) {
    throw badRequest('principalId must be given for consentType Principal, and only then.');
  }
  const client = [...call.tenant.servicePrincipals.values()].find(({ id }) => id === clientId.toLowerCase());
  const resource = findPrincipal(call, resourceId.toLowerCase());
  if (!client) throw missingObject(clientId);
  if (!resource) throw missingObject(resourceId);
  const grant: DelegatedGrant = {
    resourceAppId: resource.principal.appId,
    scopes: splitScopes(scope),
    consentType,
    principalId: principalId ?? null,
  };
  const source = { principal: client, grant, tenant: call.tenant };
  if (grants(call).some((other) => grantId(other) === grantId(source))) {
    throw new GraphFailure(409, 'Request_MultipleObjectsWithSameKeyValue', 'Permission entry already exists.');
  }
  client.delegatedGrants.push(grant);
  return grantAnswer(call, source, 201);
}

/** PATCH /oauth2PermissionGrants/{id}: only the scopes. */
export function patchGrant(call: GraphCall): GraphAnswer {
  const body = z.object({ scope: z.string() }).safeParse(call.body);
  if (!body.success) throw badRequest('scope is required.');
  const { grant } = requireGrant(call);
  grant.scopes = splitScopes(body.data.scope);
  return { status: 204 };
}

/** DELETE /oauth2PermissionGrants/{id} */
export function deleteGrant(call: GraphCall): GraphAnswer {
  const { principal, grant } = requireGrant(call);
  principal.delegatedGrants.splice(principal.delegatedGrants.indexOf(grant), 1);
  return { status: 204 };
}

function grants(call: GraphCall): GrantSource[] {
  return [...call.tenant.servicePrincipals.values()]
    .filter(({ appId }) => appId !== GRAPH_APP_ID && appId !== PARTNER_CENTER_APP_ID)
    .flatMap((principal) => principal.delegatedGrants.map((grant) => ({ principal, grant, tenant: call.tenant })));
}

function requireGrant(call: GraphCall): GrantSource {
  const found = grants(call).find((source) => grantId(source) === parameter(call, 0));
  if (!found) throw missingObject(parameter(call, 0));
  return found;
}

function grantId({ principal, grant }: GrantSource): string {
  return derivedGuid('grant', principal.id, grant.resourceAppId, grant.consentType, grant.principalId ?? '');
}

function grantsAnswer(call: GraphCall, items: readonly GrantSource[]): GraphAnswer {
  return listAnswer(call, items, {
    contextFragment: 'oauth2PermissionGrants',
    shape: GRANT_SHAPE,
    pageSize: 100,
    maxTop: 999,
    filters: { clientId: ['eq'], resourceId: ['eq'], consentType: ['eq'], principalId: ['eq'] },
  });
}

function grantAnswer(call: GraphCall, source: GrantSource, status: 200 | 201): GraphAnswer {
  return {
    status,
    headers: status === 201 ? { location: graphAddress(call, `/oauth2PermissionGrants/${grantId(source)}`) } : {},
    body: {
      '@odata.context': metadata(call, 'oauth2PermissionGrants/$entity'),
      ...project(GRANT_SHAPE, source, null),
    },
  };
}

function splitScopes(scope: string): string[] {
  return scope.split(/\s+/).filter(Boolean);
}
