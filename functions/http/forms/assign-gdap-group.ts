// POST /customers/{tenantId}/gdap/assignments: the Assign group button.
import { z } from 'zod';
import { assignGroup, assignmentInput } from '../../../shared/customers/gdap-assignments.ts';
import { showGdapProblem } from '../../portal/pages/customer-page.ts';
import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';
import { seeOther } from '../redirects.ts';

const { relationshipId, groupId } = assignmentInput.shape;

export const assignGdapGroupFormFunction = httpRoute({
  name: 'assignGdapGroupForm',
  methods: ['POST'],
  route: 'customers/{tenantId}/gdap/assignments',
  access: 'admin',
  respond: 'page',
  params: tenantParams,
  body: z.object({ relationshipId, groupId }),
  handle: async ({ app, workspace, member, params, body }) => {
    await assignGroup(app, workspace, member, { ...params, ...body });
    return seeOther(`/customers/${params.tenantId}?notice=gdap_group_assigned#gdap`);
  },
  onProblem: showGdapProblem,
});
