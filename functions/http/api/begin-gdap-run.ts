// POST /api/v1/gdap/requests: one request for each of many customers. 202: GET the run to follow it.
import { actorOf } from '../../../shared/access/members.ts';
import { beginGdapRun, gdapRunInput } from '../../../shared/customers/gdap-runs.ts';
import { httpRoute } from '../pipeline.ts';

export const beginGdapRunFunction = httpRoute({
  name: 'beginGdapRun',
  methods: ['POST'],
  route: 'api/v1/gdap/requests',
  access: 'admin',
  respond: 'json',
  body: gdapRunInput,
  handle: async ({ app, workspace, member, body }) => {
    const { gdapRunId, total } = await beginGdapRun(app, workspace, actorOf(member), body);
    return { status: 202, jsonBody: { gdapRunId, total } };
  },
});
