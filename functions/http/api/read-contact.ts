// GET /api/v1/contacts/{tenantId}/{userId}
import { readContact } from '../../../shared/contacts/read-contact.ts';
import { notFound } from '../../../shared/errors.ts';
import { userParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const readContactFunction = httpRoute({
  name: 'readContact',
  methods: ['GET'],
  route: 'api/v1/contacts/{tenantId}/{userId}',
  access: 'reader',
  respond: 'json',
  params: userParams,
  handle: async ({ app, workspace, params }) => {
    const contact = await readContact(app, workspace, params.tenantId, params.userId);
    if (!contact) throw notFound('contact');
    return { jsonBody: contact };
  },
});
