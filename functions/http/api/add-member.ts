// POST /api/v1/members: adds somebody of the workspace's tenant by object id.
import { addMember, memberInput } from '../../../shared/access/members.ts';
import { httpRoute } from '../pipeline.ts';

export const addMemberFunction = httpRoute({
  name: 'addMember',
  methods: ['POST'],
  route: 'api/v1/members',
  access: 'admin',
  respond: 'json',
  body: memberInput,
  handle: async ({ app, workspace, member, body }) => ({
    status: 201,
    jsonBody: await addMember(app, workspace, member, body),
  }),
});
