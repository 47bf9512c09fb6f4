// GET /api/v1/events: every event of the workspace, oldest first, from `since` or after the page before.
import { z } from 'zod';
import { listWorkspaceEvents } from '../../../shared/timeline/list-workspace-events.ts';
import { httpRoute } from '../pipeline.ts';

const query = z.object({
  since: z.iso.datetime({ offset: true }).optional(),
  next: z.string().max(4000).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export const listEventsFunction = httpRoute({
  name: 'listEvents',
  methods: ['GET'],
  route: 'api/v1/events',
  access: 'reader',
  respond: 'json',
  query,
  handle: async ({ app, workspace, query: asked }) => ({
    jsonBody: await listWorkspaceEvents(app, workspace, asked),
  }),
});
