// GET /api/v1/dead-letters: messages of this workspace that no worker could handle.
import { listDeadLetters } from '../dead-letters.ts';
import { httpRoute } from '../pipeline.ts';

export const listDeadLettersFunction = httpRoute({
  name: 'listDeadLetters',
  methods: ['GET'],
  route: 'api/v1/dead-letters',
  access: 'admin',
  respond: 'json',
  handle: async ({ app, workspace }) => ({ jsonBody: { items: await listDeadLetters(app, workspace) } }),
});
