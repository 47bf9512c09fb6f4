// GET /api/v1/customers: a page of 100, filtered and sorted, with the counts of every filter.
import { listCustomers } from '../../../shared/customers/list.ts';
import { customerQuery } from '../customer-query.ts';
import { httpRoute } from '../pipeline.ts';

export const listCustomersFunction = httpRoute({
  name: 'listCustomers',
  methods: ['GET'],
  route: 'api/v1/customers',
  access: 'reader',
  respond: 'json',
  query: customerQuery,
  handle: async ({ app, workspace, query }) => ({ jsonBody: await listCustomers(app, workspace, query) }),
});
