// POST /customers/{tenantId}/gdap/auto-extend: the button of a relationship that could extend itself.
import { z } from 'zod';
import { autoExtendInput, turnOnAutoExtend } from '../../../shared/customers/gdap-auto-extend.ts';
import { showGdapProblem } from '../../portal/pages/customer-page.ts';
import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';
import { seeOther } from '../redirects.ts';

export const turnOnAutoExtendFormFunction = httpRoute({
  name: 'turnOnAutoExtendForm',
  methods: ['POST'],
  route: 'customers/{tenantId}/gdap/auto-extend',
  access: 'admin',
  respond: 'page',
  params: tenantParams,
  body: z.object({ ...autoExtendInput.shape, back: z.literal('renewals').optional() }),
  handle: async ({ app, workspace, member, params, body: { relationshipId, back } }) => {
    await turnOnAutoExtend(app, workspace, member, { ...params, relationshipId });
    const page = back === 'renewals' ? '/renewals' : `/customers/${params.tenantId}`;
    return seeOther(`${page}?notice=gdap_auto_extended${back ? '' : '#gdap'}`);
  },
  onProblem: showGdapProblem,
});
