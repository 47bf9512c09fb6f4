// POST /customers/{tenantId}/automatic-consent: the button of one customer.
import { z } from 'zod';
import { startCustomer } from '../../../shared/consent/automatic/choose.ts';
import { showWayProblem } from '../../portal/pages/customer-page.ts';
import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';
import { backTo } from '../redirects.ts';

export const consentAutomaticallyFormFunction = httpRoute({
  name: 'consentAutomaticallyForm',
  methods: ['POST'],
  route: 'customers/{tenantId}/automatic-consent',
  access: 'admin',
  respond: 'page',
  params: tenantParams,
  body: z.object({ back: z.literal('list').optional() }),
  handle: async ({ app, workspace, member, params: { tenantId }, body }) => {
    await startCustomer(app, workspace, member, tenantId);
    return backTo(body.back ? '/automatic-consent' : `/customers/${tenantId}`, 'automatic_started');
  },
  onProblem: showWayProblem,
});
