// POST /customers/{tenantId}/gdap/requests: the Request button; with roles and a duration where others were chosen.
import { z } from 'zod';
import { actorOf } from '../../../shared/access/members.ts';
import { gdapRequestInput, requestRelationship } from '../../../shared/customers/gdap-requests.ts';
import { showGdapProblem } from '../../portal/pages/customer-page.ts';
import { listField } from '../form-fields.ts';
import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';
import { seeOther } from '../redirects.ts';

const { duration, roleIds } = gdapRequestInput.shape;

export const requestGdapFormFunction = httpRoute({
  name: 'requestGdapForm',
  methods: ['POST'],
  route: 'customers/{tenantId}/gdap/requests',
  access: 'admin',
  respond: 'page',
  params: tenantParams,
  body: z.object({ duration, roleIds: listField(roleIds) }),
  handle: async ({ app, workspace, member, params, body }) => {
    const { created } = await requestRelationship(app, workspace, actorOf(member), { ...params, ...body });
    const notice = created ? 'gdap_requested' : 'gdap_request_open';
    return seeOther(`/customers/${params.tenantId}?notice=${notice}#gdap`);
  },
  onProblem: showGdapProblem,
});
