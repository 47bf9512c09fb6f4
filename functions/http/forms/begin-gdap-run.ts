// POST /gdap-requests: the button of the page where customers are chosen; those that are ticked, or all that the filter shows.
import { z } from 'zod';
import { actorOf } from '../../../shared/access/members.ts';
import { gdapNeeds } from '../../../shared/customers/gdap-needs.ts';
import { beginGdapRun } from '../../../shared/customers/gdap-runs.ts';
import { listField } from '../form-fields.ts';
import { httpRoute } from '../pipeline.ts';
import { backTo, seeOther } from '../redirects.ts';

export const beginGdapRunFormFunction = httpRoute({
  name: 'beginGdapRunForm',
  methods: ['POST'],
  route: 'gdap-requests',
  access: 'admin',
  respond: 'page',
  body: z.object({
    tenantIds: listField(z.array(z.guid().toLowerCase()).max(10_000)).optional(),
    /** `all` takes every customer of the filter, also those of other pages. */
    scope: z.enum(['chosen', 'all']).default('chosen'),
    need: z.enum(gdapNeeds).optional(),
  }),
  handle: async ({ app, workspace, member, body }) => {
    const { scope, need, tenantIds = [] } = body;
    if (scope === 'chosen' && tenantIds.length === 0) return backTo('/gdap-requests', 'gdap_none_chosen');
    const choice = scope === 'all' ? { matching: need ? { need } : {} } : { tenantIds };
    const { gdapRunId } = await beginGdapRun(app, workspace, actorOf(member), choice);
    return seeOther(`/gdap-requests/${gdapRunId}?notice=gdap_run_begun`);
  },
});
