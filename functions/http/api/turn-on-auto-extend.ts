// POST /api/v1/customers/{tenantId}/gdap/auto-extend: one relationship, or every one that can extend itself.
import { autoExtendInput, turnOnAutoExtend } from '../../../shared/customers/gdap-auto-extend.ts';
import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const turnOnAutoExtendFunction = httpRoute({
  name: 'turnOnAutoExtend',
  methods: ['POST'],
  route: 'api/v1/customers/{tenantId}/gdap/auto-extend',
  access: 'admin',
  respond: 'json',
  params: tenantParams,
  body: autoExtendInput,
  handle: async ({ app, workspace, member, params, body }) => ({
    jsonBody: await turnOnAutoExtend(app, workspace, member, { ...params, ...body }),
  }),
});
