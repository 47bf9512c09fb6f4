// The admin relationships of a customer: status in our word and in Partner Center's, roles, groups, end, and what can be done.
import type { RelationshipReport } from '../../../shared/customers/gdap-report.ts';
import { assignmentWords, wordsOf } from '../parts/gdap-words.ts';
import { CsrfField } from '../parts/layout.tsx';
import { Status } from '../parts/status.tsx';
import { day, plural } from '../parts/words.ts';
import { type GdapModel, groupName } from './gdap-model.ts';

/** Those that count first; the ended ones folded away, unless there are no others. */
export function Relationships({ model }: { model: GdapModel }) {
  const { relationships } = model.gdap;
  const current = relationships.filter(({ phase }) => phase === 'active' || phase === 'inProgress');
  const over = relationships.filter(({ phase }) => phase === 'ended' || phase === 'neverMade');
  return (
    <>
      {current.map((relationship) => (
        <Relationship relationship={relationship} model={model} />
      ))}
      {over.length > 0 ? (
        <details class="more">
          <summary>{plural(over.length, 'relationship')} that ended</summary>
          {over.map((relationship) => (
            <Relationship relationship={relationship} model={model} />
          ))}
        </details>
      ) : null}
    </>
  );
}

const extendWords: Record<RelationshipReport['autoExtend'], string> = {
  on: 'extends itself by 180 days at its end',
  off: 'does not extend itself',
  notAllowed: 'cannot extend itself: Microsoft does not extend Global Administrator',
  notNow: '',
};

function Relationship({ relationship, model }: { relationship: RelationshipReport; model: GdapModel }) {
  const { word, tone, partnerCenter } = wordsOf(relationship);
  const over = relationship.phase === 'ended';
  const times = [
    relationship.endAt && relationship.activatedAt ? `${over ? 'ended' : 'ends'} ${day(relationship.endAt)}` : '',
    relationship.phase === 'inProgress' && relationship.createdAt ? `requested ${day(relationship.createdAt)}` : '',
    extendWords[relationship.autoExtend],
  ].filter((part) => part !== '');
  return (
    <article class="relationship" data-relationship={relationship.id} data-phase={relationship.phase}>
      <h3>{relationship.name || relationship.id}</h3>
      <p>
        <Status tone={tone} word={word} /> <span class="quiet">Partner Center: {partnerCenter}</span>
        {times.length > 0 ? ` · ${times.join(' · ')}` : ''}
      </p>
      <p class="note">Roles: {relationship.roles.map(({ name }) => name).join(', ') || 'none'}</p>
      {relationship.assignments.map(({ group, roles, status }) => (
        <p class="note">
          Group {groupName(group)}
          {assignmentWords(status)}, {group.member ? 'with the service account' : 'without the service account'}:{' '}
          {roles.map(({ name }) => name).join(', ')}
        </p>
      ))}
      <ApprovalLink relationship={relationship} model={model} />
      <Extend relationship={relationship} model={model} />
    </article>
  );
}

function ApprovalLink({ relationship, model }: { relationship: RelationshipReport; model: GdapModel }) {
  if (!relationship.approvalLink) return null;
  const field = `approval-${relationship.id}`;
  return (
    <>
      <p class="approval">
        Send this to a Global Administrator of {model.row.name}. Microsoft lets a request wait for 90 days.
      </p>
      <div class="copy">
        <input
          id={field}
          type="text"
          readOnly
          value={relationship.approvalLink}
          aria-label={`Approval link of ${relationship.name}`}
        />
        <button type="button" class="scripted" data-copy={field}>
          Copy<span class="visually-hidden"> approval link</span>
        </button>
      </div>
    </>
  );
}

function Extend({ relationship, model: { row, viewer } }: { relationship: RelationshipReport; model: GdapModel }) {
  if (relationship.autoExtend !== 'off' || viewer.role !== 'Admin') return null;
  return (
    <form class="inline" method="post" action={`/customers/${row.tenantId}/gdap/auto-extend`}>
      <CsrfField token={viewer.csrfToken} />
      <input type="hidden" name="relationshipId" value={relationship.id} />
      <button type="submit">
        Turn on auto-extend<span class="visually-hidden"> of {relationship.name}</span>
      </button>
    </form>
  );
}
