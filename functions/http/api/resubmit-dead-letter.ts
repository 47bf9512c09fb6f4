// POST /api/v1/dead-letters/{queue}/{sequenceNumber}/resubmit: once the cause is mended.
import { deadLetterParams, resubmitDeadLetter } from '../dead-letters.ts';
import { httpRoute } from '../pipeline.ts';

export const resubmitDeadLetterFunction = httpRoute({
  name: 'resubmitDeadLetter',
  methods: ['POST'],
  route: 'api/v1/dead-letters/{queue}/{sequenceNumber}/resubmit',
  access: 'admin',
  respond: 'json',
  params: deadLetterParams,
  handle: async ({ app, workspace, member, params }) => ({
    status: 202,
    jsonBody: await resubmitDeadLetter(app, workspace, member, params),
  }),
});
