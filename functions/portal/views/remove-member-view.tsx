// Before a member is removed: what they lose, and their name to type.
import type { MemberDoc } from '../../../shared/access/documents.ts';
import { ErrorSummary, type Refused, TextField } from '../parts/form.tsx';
import { CsrfField, type Viewer, workPage } from '../parts/layout.tsx';
import { plural } from '../parts/words.ts';

export interface RemoveMemberModel {
  viewer: Viewer;
  member: MemberDoc;
  /** How many customers they see no more. */
  customers: number;
  form: Refused | undefined;
}

/** The page as a document. */
export function removeMemberView({ viewer, member, customers, form }: RemoveMemberModel): string {
  const label = `Type ${member.name} to confirm`;
  return workPage({
    title: `${form ? 'Error: r' : 'R'}emove ${member.name}`,
    place: 'members',
    viewer,
    children: (
      <>
        <p class="crumb">
          <a href="/members">Members</a>
        </p>
        <div class="head">
          <h1>Remove {member.name}?</h1>
        </div>
        <ErrorSummary form={form} labels={{ name: 'Name' }} />
        <p>
          {member.name}
          {member.username === '' ? '' : ` (${member.username})`}, {member.role}, loses sight of{' '}
          {plural(customers, 'customer')} at once, in sessions that are open too.
        </p>
        <p>Consent links, consents and settings that they made stay. Nothing changes at Microsoft.</p>
        <form
          class="card"
          method="post"
          action={`/members/${encodeURIComponent(member.id)}/remove`}
          novalidate={form !== undefined}
        >
          <CsrfField token={viewer.csrfToken} />
          <TextField name="name" label={label} maxLength={200} form={form} />
          <div class="actions">
            <button type="submit" class="danger">
              Remove {member.name}
            </button>
            <a class="button" href="/members">
              Keep
            </a>
          </div>
        </form>
      </>
    ),
  });
}
