// POST /customers/{tenantId}/gdap/check: the Check again button of the GDAP card.
import { checkGdap } from '../../../shared/customers/gdap-follow.ts';
import { showGdapProblem } from '../../portal/pages/customer-page.ts';
import { backField, backToCustomer } from '../back.ts';
import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const checkGdapFormFunction = httpRoute({
  name: 'checkGdapForm',
  methods: ['POST'],
  route: 'customers/{tenantId}/gdap/check',
  access: 'reader',
  respond: 'page',
  params: tenantParams,
  body: backField,
  handle: async ({ app, workspace, params: { tenantId }, body }) => {
    await checkGdap(app, workspace, tenantId);
    return backToCustomer(tenantId, body, { notice: 'gdap_checked', place: '#gdap' });
  },
  onProblem: showGdapProblem,
});
