// POST /api/v1/customers/{tenantId}/gdap/requests: a request that is locked for approval, an open one or a new one. Sending it
// again goes on where it stopped.
import { actorOf } from '../../../shared/access/members.ts';
import { gdapRequestInput, requestRelationship } from '../../../shared/customers/gdap-requests.ts';
import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const requestGdapFunction = httpRoute({
  name: 'requestGdap',
  methods: ['POST'],
  route: 'api/v1/customers/{tenantId}/gdap/requests',
  access: 'admin',
  respond: 'json',
  params: tenantParams,
  body: gdapRequestInput,
  handle: async ({ app, workspace, member, params, body }) => {
    const requested = await requestRelationship(app, workspace, actorOf(member), { ...params, ...body });
    return { status: requested.created ? 201 : 200, jsonBody: requested };
  },
});
