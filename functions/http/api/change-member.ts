// PATCH /api/v1/members/{memberId}: changes a role.
import { z } from 'zod';
import { roles } from '../../../shared/access/documents.ts';
import { changeRole } from '../../../shared/access/members.ts';
import { memberParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const changeMemberFunction = httpRoute({
  name: 'changeMember',
  methods: ['PATCH'],
  route: 'api/v1/members/{memberId}',
  access: 'admin',
  respond: 'json',
  params: memberParams,
  body: z.strictObject({ role: z.enum(roles) }),
  handle: async ({ app, workspace, member, params, body }) => ({
    jsonBody: await changeRole(app, workspace, member, { memberId: params.memberId, role: body.role }),
  }),
});
