// GET /auth/callback: back from Microsoft's sign-in.
import { sessionCookie } from '../../../shared/access/session.ts';
import { finishSignIn } from '../../../shared/access/sign-in.ts';
import { httpRoute } from '../pipeline.ts';
import { seeOther } from '../redirects.ts';

export const finishSignInFunction = httpRoute({
  name: 'finishSignIn',
  methods: ['GET'],
  route: 'auth/callback',
  access: 'public',
  respond: 'page',
  handle: async ({ app, request }) => {
    const answer = { query: request.query, cookieHeader: request.headers.get('cookie') };
    const { session, returnTo } = await finishSignIn(app, answer);
    return seeOther(returnTo, [await sessionCookie(app, session)]);
  },
});
