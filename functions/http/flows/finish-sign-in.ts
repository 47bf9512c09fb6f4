// GET /auth/callback: back from Microsoft's sign-in.
import type { HttpResponseInit } from '@azure/functions';
import { sessionCookie } from '../../../shared/access/session.ts';
import { finishSignIn } from '../../../shared/access/sign-in.ts';
import { Problem } from '../../../shared/errors.ts';
import { httpRoute } from '../pipeline.ts';
import { backTo, seeOther } from '../redirects.ts';

export const finishSignInFunction = httpRoute({
  name: 'finishSignIn',
  methods: ['GET'],
  route: 'auth/callback',
  access: 'public',
  respond: 'page',
  handle: async ({ app, request }) => {
    const answer = { query: request.query, cookieHeader: request.headers.get('cookie') };
    try {
      const { session, returnTo } = await finishSignIn(app, answer);
      return seeOther(returnTo, [await sessionCookie(app, session)]);
    } catch (error) {
      return whenCancelled(error);
    }
  },
});

/** Who cancels at Microsoft is back at the door; anything else is an error. */
function whenCancelled(error: unknown): HttpResponseInit {
  if (error instanceof Problem && error.explanation.code === 'access_denied')
    return backTo('/sign-in', 'sign_in_cancelled');
  throw error;
}
