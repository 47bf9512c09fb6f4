// Who may see the workspace, and what they may do.
import { type MemberDoc, roles } from '../../../shared/access/documents.ts';
import { ErrorSummary, type Refused, SelectField, TextField } from '../parts/form.tsx';
import { CsrfField, type Viewer, workPage } from '../parts/layout.tsx';
import { Notice } from '../parts/notice.tsx';
import { dateTime } from '../parts/words.ts';

export interface MembersModel {
  viewer: Viewer;
  members: readonly MemberDoc[];
  /** The viewer's own membership: nobody demotes or removes themselves by accident. */
  selfId: string;
  notice: string | undefined;
  form: Refused | undefined;
}

const labels = { objectId: 'Object id', name: 'Name', username: 'User name', role: 'Role' };
const roleOptions = [
  { value: 'Reader', word: 'Reader' },
  { value: 'Admin', word: 'Admin' },
];

/** The page as a document. */
export function membersView({ viewer, members, selfId, notice, form }: MembersModel): string {
  const admin = viewer.role === 'Admin';
  return workPage({
    title: form ? 'Error: members' : 'Members',
    place: 'members',
    viewer,
    children: (
      <>
        <div class="head">
          <h1>Members</h1>
        </div>
        <ErrorSummary form={form} labels={labels} />
        <Notice code={notice} />
        <p>
          An Admin may change everything. A Reader sees everything, may have it read again, and changes nothing. Nobody
          else of your organisation sees anything.
        </p>
        <div class="table">
          <table class="cards">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Role</th>
                <th scope="col">Added</th>
                {admin ? <th scope="col">Change</th> : null}
              </tr>
            </thead>
            <tbody>
              {members.map((member) => (
                <tr data-member={member.id}>
                  <th scope="row">
                    {member.name}
                    {member.id === selfId ? ' (you)' : ''}
                    <span class="note">{member.username}</span>
                  </th>
                  <td data-label="Role">{member.role}</td>
                  <td data-label="Added">{dateTime(member.addedAt)}</td>
                  {admin ? (
                    <td data-label="Change">
                      {member.id === selfId ? <span class="quiet">–</span> : <Change member={member} viewer={viewer} />}
                    </td>
                  ) : null}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {admin ? <Add viewer={viewer} form={form} /> : null}
      </>
    ),
  });
}

/** The other role is one press away; removing wants a page of its own. */
function Change({ member, viewer }: { member: MemberDoc; viewer: Viewer }) {
  const address = `/members/${encodeURIComponent(member.id)}`;
  const forWhom = <span class="visually-hidden">({member.name})</span>;
  return (
    <div class="actions">
      {roles
        .filter((role) => role !== member.role)
        .map((role) => (
          <form class="inline" method="post" action={`${address}/role`}>
            <CsrfField token={viewer.csrfToken} />
            <input type="hidden" name="role" value={role} />
            <button type="submit">
              Make {role} {forWhom}
            </button>
          </form>
        ))}
      <a class="button danger" href={`${address}/remove`}>
        Remove… {forWhom}
      </a>
    </div>
  );
}

function Add({ viewer, form }: { viewer: Viewer; form: Refused | undefined }) {
  return (
    <section aria-labelledby="add">
      <h2 id="add">Add a member</h2>
      <form class="card" method="post" action="/members" novalidate={form !== undefined}>
        <CsrfField token={viewer.csrfToken} />
        <TextField
          name="objectId"
          label={labels.objectId}
          help="Of the person in your tenant: Entra admin center, Users, the person, Object ID. They see it, too, when they try to sign in."
          maxLength={36}
          form={form}
        />
        <TextField name="name" label={labels.name} maxLength={100} form={form} />
        <TextField
          name="username"
          label={labels.username}
          help="For people to read, may stay empty; only the object id decides."
          maxLength={120}
          required={false}
          form={form}
        />
        <SelectField name="role" label={labels.role} value="Reader" options={roleOptions} form={form} />
        <button type="submit" class="primary">
          Add
        </button>
      </form>
    </section>
  );
}
