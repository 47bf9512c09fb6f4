// GET /api/v1/setup: the steps, what was found missing, and a page of 100 customers under review.
import { readSetup } from '../../../shared/setup/read.ts';
import { httpRoute } from '../pipeline.ts';
import { reviewQuery } from '../setup-query.ts';

export const readSetupFunction = httpRoute({
  name: 'readSetup',
  methods: ['GET'],
  route: 'api/v1/setup',
  access: 'reader',
  respond: 'json',
  query: reviewQuery,
  handle: async ({ app, workspace, query }) => ({ jsonBody: await readSetup(app, workspace, query) }),
});
