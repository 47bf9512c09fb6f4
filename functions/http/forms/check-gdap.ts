// POST /customers/{tenantId}/gdap/check: the Check again button of the GDAP card.
import { checkGdap } from '../../../shared/customers/gdap-follow.ts';
import { showGdapProblem } from '../../portal/pages/customer-page.ts';
import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';
import { seeOther } from '../redirects.ts';

export const checkGdapFormFunction = httpRoute({
  name: 'checkGdapForm',
  methods: ['POST'],
  route: 'customers/{tenantId}/gdap/check',
  access: 'reader',
  respond: 'page',
  params: tenantParams,
  handle: async ({ app, workspace, params }) => {
    await checkGdap(app, workspace, params.tenantId);
    return seeOther(`/customers/${params.tenantId}?notice=gdap_checked#gdap`);
  },
  onProblem: showGdapProblem,
});
