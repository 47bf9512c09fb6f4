// POST /api/v1/customers/{tenantId}/gdap/assignments: gives a security group the roles that reach nobody yet.
import { assignGroup, assignmentInput } from '../../../shared/customers/gdap-assignments.ts';
import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const assignGdapGroupFunction = httpRoute({
  name: 'assignGdapGroup',
  methods: ['POST'],
  route: 'api/v1/customers/{tenantId}/gdap/assignments',
  access: 'admin',
  respond: 'json',
  params: tenantParams,
  body: assignmentInput,
  handle: async ({ app, workspace, member, params, body }) => {
    const assigned = await assignGroup(app, workspace, member, { ...params, ...body });
    return { status: assigned.changed ? 201 : 200, jsonBody: assigned };
  },
});
