// The customers that automatic consent is for, a row each: where it stands, what is in the way, and the one thing to press.
import type { AutomaticRow } from '../../../shared/consent/automatic/overview.ts';
import type { AutomaticRefusal } from '../../../shared/consent/automatic/refusals.ts';
import { automaticRowWords, shortStrategyWords } from '../parts/automatic-words.ts';
import { Domain } from '../parts/domain.tsx';
import { actors, ErrorCode } from '../parts/explanation.tsx';
import { CsrfField } from '../parts/layout.tsx';
import { Pages } from '../parts/pages.tsx';
import { Status } from '../parts/status.tsx';
import { Age, Nothing } from '../parts/time.tsx';
import { plural } from '../parts/words.ts';
import { type AutomaticModel, automaticAddress } from './automatic-model.ts';

export function AutomaticTable({ model }: { model: AutomaticModel }) {
  const { overview, query } = model;
  if (overview.rows.length === 0) return <Empty model={model} />;
  return (
    <>
      <div class="table">
        <table class="cards">
          <caption>{plural(overview.matching, 'customer')}</caption>
          <thead>
            <tr>
              <th scope="col">Customer</th>
              <th scope="col">Where it stands</th>
              <th scope="col">What is in the way</th>
              <th scope="col">Consents</th>
              <th scope="col">Next</th>
            </tr>
          </thead>
          <tbody>
            {overview.rows.map((row) => (
              <Row row={row} model={model} />
            ))}
          </tbody>
        </table>
      </div>
      <Pages page={overview.page} pages={overview.pages} at={(page) => automaticAddress(query, { page })} />
    </>
  );
}

function Empty({ model: { overview, query } }: { model: AutomaticModel }) {
  const none = Object.values(overview.counts).every((number) => number === 0);
  return (
    <div class="card">
      <p>
        {none ? (
          'Nobody is left: every customer has granted everything. New ones appear here as soon as they are found.'
        ) : (
          <>
            No customer matches. <a href={automaticAddress(query, { group: undefined, text: undefined })}>Show all</a>
          </>
        )}
      </p>
    </div>
  );
}

function Row({ row, model }: { row: AutomaticRow; model: AutomaticModel }) {
  const { explanation } = row;
  return (
    <tr data-tenant={row.tenantId} data-group={row.group}>
      <th scope="row">
        <a href={`/customers/${row.tenantId}`}>{row.name}</a>
        <Domain name={row.domain} />
      </th>
      <td data-label="Where it stands" class="nowrap">
        <Status {...automaticRowWords(row)} />
        {(row.standing === 'waiting' || row.standing === 'retrying') && row.nextAttemptAt ? (
          <span class="note">
            next try <Age at={row.nextAttemptAt} nowMs={model.nowMs} />
          </span>
        ) : null}
      </td>
      <td data-label="What is in the way">
        {explanation ? (
          <>
            {explanation.meaning} {explanation.whatToDo}
            <span class="note">
              Who can mend it: {actors[explanation.whoActs]}. <ErrorCode code={explanation.code} />
            </span>
          </>
        ) : (
          <Nothing />
        )}
        {row.residue ? <Residue href={model.entraAddress(row.tenantId)} /> : null}
      </td>
      <td data-label="Consents" class="nowrap">
        {shortStrategyWords[row.strategy]}
        {row.byDefault ? <span class="note">as set for all</span> : null}
      </td>
      <td data-label="Next" class="nowrap">
        <Next row={row} model={model} />
      </td>
    </tr>
  );
}

function Residue({ href }: { href: string }) {
  return (
    <span class="note">
      The partner app's own permissions could not be taken back there.{' '}
      <a href={href} target="_blank" rel="noreferrer">
        Remove it under Enterprise applications
      </a>
    </span>
  );
}

/** What the GDAP card of the customer's page mends. */
const needsGdap = new Set<string>(['automatic_gdap', 'automatic_roles'] satisfies AutomaticRefusal[]);

function Next({ row, model: { viewer } }: { row: AutomaticRow; model: AutomaticModel }) {
  const forWhom = <span class="visually-hidden"> for {row.name}</span>;
  if (!row.mayStart || viewer.role !== 'Admin') {
    const byGdap = needsGdap.has(row.explanation?.code ?? '');
    return (
      <a href={`/customers/${row.tenantId}${byGdap ? '#gdap' : ''}`}>
        {byGdap ? 'Mend GDAP' : 'Open'}
        {byGdap ? forWhom : <span class="visually-hidden"> {row.name}</span>}
      </a>
    );
  }
  return (
    <form class="inline" method="post" action={`/customers/${row.tenantId}/automatic-consent`}>
      <CsrfField token={viewer.csrfToken} />
      <input type="hidden" name="back" value="list" />
      <button type="submit">
        {row.standing === null ? 'Consent automatically' : 'Try now'}
        {forWhom}
      </button>
    </form>
  );
}
