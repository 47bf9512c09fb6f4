// GET /contacts/{tenantId}/{userId}
import { readContact } from '../../../shared/contacts/read-contact.ts';
import { notFound } from '../../../shared/errors.ts';
import { userParams } from '../../http/params.ts';
import { httpRoute } from '../../http/pipeline.ts';
import { htmlPage, viewerOf } from '../viewer.ts';
import { contactView } from '../views/contact-view.tsx';

export const contactPage = httpRoute({
  name: 'contactPage',
  methods: ['GET'],
  route: 'contacts/{tenantId}/{userId}',
  access: 'reader',
  respond: 'page',
  params: userParams,
  handle: async (call) => {
    const { app, workspace, params } = call;
    const contact = await readContact(app, workspace, params.tenantId, params.userId);
    if (!contact) throw notFound('contact');
    return htmlPage(contactView({ viewer: await viewerOf(call), nowMs: app.clock.now(), contact }));
  },
});
