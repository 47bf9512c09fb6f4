// GET /api/v1/connections/{connectionId}/account: the service account, the roles that it still holds, and what it may give up.
import { readAccountRoles, stepDownOf, stepDownWords } from '../../../shared/connections/account-roles.ts';
import { readConnection } from '../../../shared/connections/read.ts';
import { connectionParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const readAccountFunction = httpRoute({
  name: 'readAccount',
  methods: ['GET'],
  route: 'api/v1/connections/{connectionId}/account',
  access: 'reader',
  respond: 'json',
  params: connectionParams,
  handle: async ({ app, workspace, params: { connectionId } }) => {
    const { account } = await readConnection(app, workspace, connectionId);
    const held = await readAccountRoles(workspace, connectionId);
    const stepDown = held && stepDownOf(held.roles);
    return {
      jsonBody: {
        account,
        roles: held?.roles ?? null,
        checkedAt: held?.checkedAt ?? null,
        stepDown: stepDown ? { state: stepDown, whatToDo: stepDownWords[stepDown] } : null,
      },
    };
  },
});
