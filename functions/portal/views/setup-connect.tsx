// Setup, step 2: Microsoft, the distributor, what was found missing, the review of the customers, and the gate to step 3.
import { partnerConnectionId } from '../../../shared/connections/state.ts';
import type { Explanation } from '../../../shared/errors.ts';
import type { Missed } from '../../../shared/setup/prerequisites.ts';
import type { SetupConnection } from '../../../shared/setup/read.ts';
import { Explained } from '../parts/explanation.tsx';
import { CsrfField } from '../parts/layout.tsx';
import { Progress } from '../parts/progress.tsx';
import { Status } from '../parts/status.tsx';
import { WithMeaning } from '../parts/term.tsx';
import { Age } from '../parts/time.tsx';
import { connectionWords, count, kindWords, plural } from '../parts/words.ts';
import { reviewAddress, type SetupModel } from './setup-model.ts';
import { SetupReview } from './setup-review.tsx';

/** The second step. */
export function SetupConnect({ model }: { model: SetupModel }) {
  const { report, query } = model;
  const { connections, review } = report;
  const begun = connections.some(({ connection }) => connection.state === 'Connected') || review.counts.all > 0;
  return (
    <>
      <div id="connect" data-live>
        <Microsoft model={model} />
        {report.setup.distributor === 'pax8' ? <Pax8 /> : null}
      </div>
      <Progress words={progressWords(model)} address={reviewAddress(query, { page: review.page })} />
      <div id="missed" data-live>
        <MissedThings missed={report.missed} />
      </div>
      {begun ? <SetupReview model={model} /> : null}
      <Gate model={model} />
    </>
  );
}

function progressWords({ report }: SetupModel): string | undefined {
  const reading = report.connections.find(({ discovery }) => underWay(discovery))?.discovery;
  if (reading && reading.total > 0)
    return `Reading customers: ${count(reading.done)} of ${count(reading.total)} admin relationships`;
  if (reading) return 'Reading customers…';
  if (report.connections.some(({ connection }) => connection.state === 'AuthPending'))
    return 'Checking the sign-in; this may take several minutes.';
  const waiting = report.review.rows.filter(({ consent }) =>
    ['ConsentPending', 'GrantingApplicationRoles', 'InProgress'].includes(consent?.status ?? ''),
  ).length;
  return waiting > 0 ? `Waiting for Microsoft to confirm ${plural(waiting, 'consent')}` : undefined;
}

const underWay = (discovery: SetupConnection['discovery']) =>
  discovery?.status === 'queued' || discovery?.status === 'running';

/** A partner connection that was begun; one that never came about leaves the button to begin it. */
const isBegun = ({ connection: { kind, state } }: SetupConnection) =>
  kind !== 'microsoft_csp' || state !== 'NotConnected';

function Microsoft({ model }: { model: SetupModel }) {
  const { connections } = model.report;
  const partner = connections.find(({ connection }) => connection.kind === 'microsoft_csp');
  const needsPartner = !connections.some((each) => each.connection.kind === 'microsoft_csp' && isBegun(each));
  return (
    <>
      {needsPartner ? <Begin model={model} explanation={partner?.connection.explanation} /> : null}
      {connections.filter(isBegun).map((each) => (
        <Connection each={each} model={model} />
      ))}
    </>
  );
}

/** `explanation`: why an earlier try came to nothing. */
function Begin({ model, explanation }: { model: SetupModel; explanation: Explanation | null | undefined }) {
  return (
    <section class="card" aria-labelledby="microsoft">
      <h3 id="microsoft">Microsoft</h3>
      <Explained explanation={explanation} />
      <p>
        Sign in as the <WithMeaning id="service-account">service account</WithMeaning>: a Global Administrator of your
        tenant. Microsoft asks for a second factor and shows the permissions to accept.
      </p>
      <Depart word="Connect to Microsoft" primary model={model} />
      <p class="quiet">
        Other kinds of connection, such as a single tenant or an app registration of your own, are under{' '}
        <a href="/connections">Connections</a>.
      </p>
    </section>
  );
}

function Connection({ each: { connection, discovery }, model }: { each: SetupConnection; model: SetupModel }) {
  const { viewer, nowMs } = model;
  const { connectionId, state, tenantId } = connection;
  const failing = state === 'Connected' && discovery?.status === 'failed';
  const words = connectionWords[failing ? 'Error' : state];
  const mine = tenantId !== null && partnerConnectionId(tenantId) === connectionId;
  return (
    <section class="card" aria-label={connection.name} data-connection={state}>
      <div class="split">
        <div>
          <h3 class="title">
            {connection.name} <span class="quiet">{kindWords(connection.kind)}</span>
          </h3>
          <Status {...words} />{' '}
          {connection.kind === 'microsoft_csp' ? (
            <span class="quiet">
              customers read <Age at={discovery?.lastSuccessAt} nowMs={nowMs} />
            </span>
          ) : null}
        </div>
        <div class="actions">
          {state === 'Connected' || state === 'ReauthRequired' ? (
            <CheckConnection connectionId={connectionId} token={viewer.csrfToken} />
          ) : null}
          {mine && state !== 'Removing' ? (
            <Depart word="Reauthorize" primary={state !== 'Connected'} model={model} />
          ) : null}
        </div>
      </div>
      {state === 'Connected' ? (
        <p class="aside">Microsoft is connected. The first sync of a customer may take up to 48 hours.</p>
      ) : (
        <Explained explanation={connection.explanation} />
      )}
    </section>
  );
}

function CheckConnection({ connectionId, token }: { connectionId: string; token: string }) {
  return (
    <form class="inline" method="post" action={`/connections/${connectionId}/check`}>
      <CsrfField token={token} />
      <input type="hidden" name="back" value="setup" />
      <button type="submit">Check again</button>
    </form>
  );
}

/** Off to Microsoft; an Admin's. */
function Depart({ word, primary, model }: { word: string; primary?: boolean; model: SetupModel }) {
  if (model.viewer.role !== 'Admin') return <p class="quiet">An Admin of your workspace connects it.</p>;
  return (
    <form class="inline" method="post" action="/setup/connect">
      <CsrfField token={model.viewer.csrfToken} />
      <button type="submit" class={primary ? 'primary' : undefined}>
        {word}
      </button>
    </form>
  );
}

function Pax8() {
  return (
    <section class="card" aria-labelledby="pax8" data-connection="pax8">
      <div class="split">
        <h3 id="pax8">Pax8</h3>
        <button type="button" disabled>
          Connect to Pax8
        </button>
      </div>
      <Status tone="notStarted" word="Not yet available" />
      <p class="aside">
        Connecting Pax8 is not yet available. Until it is, GDAP is checked with Microsoft alone, and setup goes on.{' '}
        <a href="/help#prepare-distributor">What to have ready for it</a>
      </p>
    </section>
  );
}

/** What was not prepared, each with the place in the guide that mends it. G1-02 */
function MissedThings({ missed }: { missed: readonly Missed[] }) {
  if (missed.length === 0) return null;
  return (
    <section class="banner soon" aria-labelledby="missed-heading">
      <h3 id="missed-heading">Something was not prepared</h3>
      <ul>
        {missed.map(({ code, meaning, whatToDo, guide, customers }) => (
          <li data-missed={code}>
            {customers ? (
              <>
                <a href={`/connections?status=${customers.status}`}>{plural(customers.count, 'customer')}</a>:{' '}
              </>
            ) : null}
            {meaning} {whatToDo} <a href={guide.href}>{guide.word}</a>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Whether setup goes on, in words beside the button. G1-19 */
function Gate({ model }: { model: SetupModel }) {
  const { report, viewer } = model;
  const obstacle = report.steps.find(({ step }) => step === 'connect')?.obstacle;
  const { ready, all } = report.review.counts;
  return (
    <section class="card" id="gate" data-live aria-label="Next step" data-gate={obstacle ? 'shut' : 'open'}>
      <p id="gate-words">
        {obstacle
          ? `${obstacle.meaning} ${obstacle.whatToDo}`
          : `${count(ready)} of ${plural(all, 'customer')} ${ready === 1 ? 'is' : 'are'} ready: setup can go on. The others can follow at any time; only ready ones are reconciled.`}
      </p>
      {viewer.role === 'Admin' ? (
        <form class="inline" method="post" action="/setup/step">
          <CsrfField token={viewer.csrfToken} />
          <input type="hidden" name="step" value="accounts" />
          <button type="submit" class="primary" disabled={obstacle !== null} aria-describedby="gate-words">
            Next
          </button>
        </form>
      ) : null}
    </section>
  );
}
