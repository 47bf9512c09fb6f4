// POST /sign-out: ends the session here. The one at Microsoft is the person's own: it may serve other products.
import { endSession } from '../../../shared/access/session.ts';
import { httpRoute } from '../pipeline.ts';
import { seeOther } from '../redirects.ts';

export const signOutFunction = httpRoute({
  name: 'signOut',
  methods: ['POST'],
  route: 'sign-out',
  access: 'signedIn',
  respond: 'page',
  handle: async ({ app, session }) => seeOther('/sign-in?notice=signed_out', [await endSession(app, session)]),
});
