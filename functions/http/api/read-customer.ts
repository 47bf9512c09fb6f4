// GET /api/v1/customers/{tenantId}
import { readCustomer } from '../../../shared/customers/list.ts';
import { notFound } from '../../../shared/errors.ts';
import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const readCustomerFunction = httpRoute({
  name: 'readCustomer',
  methods: ['GET'],
  route: 'api/v1/customers/{tenantId}',
  access: 'reader',
  respond: 'json',
  params: tenantParams,
  handle: async ({ app, workspace, params }) => {
    const customer = await readCustomer(app, workspace, params.tenantId);
    if (!customer) throw notFound('customer');
    return { jsonBody: customer };
  },
});
