// The door: sign in with Microsoft.
import { roomyPage } from '../parts/layout.tsx';
import { Notice } from '../parts/notice.tsx';

/** The page as a document. `returnTo` is a path of this portal. */
export function signInView({ returnTo, notice }: { returnTo: string; notice: string | undefined }): string {
  return roomyPage({
    title: 'Sign in',
    children: (
      <>
        <h1>Keep your customers' Microsoft 365 in step</h1>
        <Notice code={notice} />
        <p>
          Tenantry shows a managed service provider what each customer's Microsoft 365 tenant holds, what of it is used,
          and where access is about to be lost.
        </p>
        <form method="post" action="/sign-in/start">
          <input type="hidden" name="returnTo" value={returnTo} />
          <button type="submit" class="primary">
            Sign in with Microsoft
          </button>
        </form>
        <p class="quiet">
          Use the work account of your own organisation. The first Global Administrator who signs in makes the
          workspace; everybody else is added by an Admin.
        </p>
      </>
    ),
  });
}
