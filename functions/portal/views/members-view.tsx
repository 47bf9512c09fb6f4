// Who may see the workspace, and what they may do.
import type { MemberDoc } from '../../../shared/access/documents.ts';
import { CsrfField, type Viewer, workPage } from '../parts/layout.tsx';
import { Notice } from '../parts/notice.tsx';
import { dateTime } from '../parts/words.ts';

export interface MembersModel {
  viewer: Viewer;
  members: readonly MemberDoc[];
  /** The viewer's own membership: nobody removes themselves by accident. */
  selfId: string;
  notice: string | undefined;
}

/** The page as a document. */
export function membersView({ viewer, members, selfId, notice }: MembersModel): string {
  const admin = viewer.role === 'Admin';
  return workPage({
    title: 'Members',
    place: 'members',
    viewer,
    children: (
      <>
        <div class="head">
          <h1>Members</h1>
        </div>
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
                <th>
                  <span class="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {members.map((member) => (
                <tr>
                  <th scope="row">
                    {member.name}
                    <span class="note">{member.username}</span>
                  </th>
                  <td data-label="Role">{member.role}</td>
                  <td data-label="Added">{dateTime(member.addedAt)}</td>
                  <td>{admin && member.id !== selfId ? <Remove member={member} viewer={viewer} /> : null}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {admin ? <Add viewer={viewer} /> : null}
      </>
    ),
  });
}

function Remove({ member, viewer }: { member: MemberDoc; viewer: Viewer }) {
  return (
    <form class="inline" method="post" action={`/members/${encodeURIComponent(member.id)}/remove`}>
      <CsrfField token={viewer.csrfToken} />
      <button type="submit" class="danger">
        Remove<span class="visually-hidden"> {member.name}</span>
      </button>
    </form>
  );
}

function Add({ viewer }: { viewer: Viewer }) {
  return (
    <>
      <h2>Add a member</h2>
      <form class="card" method="post" action="/members">
        <CsrfField token={viewer.csrfToken} />
        <div class="field">
          <label for="objectId">Object id</label>
          <input id="objectId" type="text" name="objectId" required aria-describedby="objectId-help" />
          <span class="help" id="objectId-help">
            Of the person in your tenant: Entra admin center, Users, the person, Object ID. They see it too when they
            try to sign in.
          </span>
        </div>
        <div class="field">
          <label for="name">Name</label>
          <input id="name" type="text" name="name" required maxLength={120} />
        </div>
        <div class="field">
          <label for="username">User name</label>
          <input id="username" type="text" name="username" required maxLength={200} aria-describedby="username-help" />
          <span class="help" id="username-help">
            For people to read; only the object id decides.
          </span>
        </div>
        <div class="field">
          <label for="role">Role</label>
          <select id="role" name="role">
            <option value="Reader">Reader</option>
            <option value="Admin">Admin</option>
          </select>
        </div>
        <button type="submit" class="primary">
          Add
        </button>
      </form>
    </>
  );
}
