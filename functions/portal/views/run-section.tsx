// A run through GDAP: what came of the last customer, who is next, and the button that the page presses by itself after some
// seconds unless somebody stops it.
import type { CampaignRow } from '../../../shared/consent/campaign-read.ts';
import { nextInLine, runProgress } from '../../../shared/consent/campaign-state.ts';
import { campaignWords } from '../parts/consent-words.ts';
import { ErrorCode } from '../parts/explanation.tsx';
import { CsrfField } from '../parts/layout.tsx';
import { Status } from '../parts/status.tsx';
import { Nothing } from '../parts/time.tsx';
import { count, plural } from '../parts/words.ts';
import type { CampaignModel } from './campaign-model.ts';

/** Before the next opens by itself, seconds. */
const PAUSE_SECONDS = 5;
/** The page of a step that ended longer ago was reloaded or come back to: it opens nothing by itself. */
const FRESH_MS = 2 * 60_000;
/** After so many failures in a row a person should look. */
const FAILURES_IN_A_ROW = 3;

/** How far the run is, the last result, and the next step. */
export function RunSection({ model }: { model: CampaignModel }) {
  const { campaign, counts, rows, viewer } = model;
  const { done, of } = runProgress(counts, campaign.customers);
  return (
    <section class="card" id="run" aria-labelledby="run-heading">
      <h2 id="run-heading">
        {done === of ? 'The run is done' : `${count(done)} of ${plural(of, 'customer')} had their turn`}
      </h2>
      <progress class="progress" value={done} max={of} aria-label={`${count(done)} of ${count(of)}`} />
      <LastResult model={model} />
      {viewer.role === 'Admin' ? <NextStep model={model} /> : <p class="quiet">An Admin can go on with this run.</p>}
      {rows.some(({ state }) => state === 'confirming') ? (
        <p class="note">Microsoft is still passing some grants on: they become Granted by themselves.</p>
      ) : null}
    </section>
  );
}

function LastResult({ model }: { model: CampaignModel }) {
  const last = model.rows.find(({ entry }) => entry.tenantId.toLowerCase() === model.query.after);
  if (!last?.entry.step) return null;
  const { explanation, state } = last;
  return (
    <div class={`banner ${campaignWords[state].tone}`} role="status" data-after={state}>
      <p>
        <strong>{last.customer?.name ?? last.entry.tenantId}</strong>: <Status {...campaignWords[state]} />
      </p>
      {explanation ? (
        <p>
          {explanation.meaning} {explanation.whatToDo} <ErrorCode code={explanation.code} />
        </p>
      ) : null}
    </div>
  );
}

function NextStep({ model }: { model: CampaignModel }) {
  const { campaign, rows, viewer, nowMs } = model;
  // Who looks at the page takes the next step: their own last step comes first.
  const next = nextInLine(rows, { id: model.memberId }, nowMs);
  const again = rows.filter(({ state }) => state === 'failed' || state === 'skipped').length;
  if (!next) {
    return again > 0 ? (
      <RunForm model={model} path="tasks" kind="retry" word={`Give ${plural(again, 'customer')} another turn`} />
    ) : null;
  }
  const byItself = opensByItself(model);
  const row = rows.find(({ entry }) => entry === next.entry);
  const name = row?.customer?.name ?? next.entry.tenantId;
  return (
    <>
      {next.state === 'atMicrosoft' ? (
        <p>
          You left for Microsoft to consent for {name}, and there is no answer yet. If Microsoft showed an error and did
          not lead back here, <a href={`/customers/${next.entry.tenantId}#gdap`}>look at its admin relationship</a> or
          skip it.
        </p>
      ) : null}
      {failuresInARow(rows) >= FAILURES_IN_A_ROW ? (
        <p>
          The last {FAILURES_IN_A_ROW} failed one after another. Look at the reason before you go on: the same may be in
          the way of all.
        </p>
      ) : null}
      <div class="actions">
        <form
          class="inline"
          method="post"
          action={`/consents/${campaign.campaignId}/next`}
          {...(byItself ? { 'data-submit-after': String(PAUSE_SECONDS) } : {})}
        >
          <CsrfField token={viewer.csrfToken} />
          <button type="submit" class="primary">
            {`${stepWord(model)} ${name}`}
          </button>
        </form>
        <form class="inline" method="post" action={`/consents/${campaign.campaignId}/customers/${next.entry.tenantId}`}>
          <CsrfField token={viewer.csrfToken} />
          <button type="submit" name="do" value="skip">
            Skip<span class="visually-hidden"> {name}</span>
          </button>
        </form>
        {byItself ? <RunForm model={model} path="tasks" kind="stop" word="Stop" /> : null}
      </div>
      {byItself ? (
        <p class="note" role="status" data-countdown>
          {name} opens by itself in {PAUSE_SECONDS} seconds.
        </p>
      ) : null}
    </>
  );
}

function stepWord({ campaign, rows, query }: CampaignModel): string {
  if (rows.every(({ entry }) => entry.step === null)) return 'Begin with';
  return campaign.stoppedAt || !query.after ? 'Go on with' : 'Next:';
}

/** Only right after a step, only while nobody has stopped it, and not where one failure follows another. */
function opensByItself({ campaign, rows, query, nowMs }: CampaignModel): boolean {
  const last = rows.find(({ entry }) => entry.tenantId.toLowerCase() === query.after)?.entry.step;
  if (!last || campaign.stoppedAt || last.state === 'atMicrosoft') return false;
  return nowMs - Date.parse(last.at) < FRESH_MS && failuresInARow(rows) < FAILURES_IN_A_ROW;
}

/** How many of the newest steps failed one after another. Customers that were passed over were no steps at Microsoft. */
function failuresInARow(rows: readonly CampaignRow[]): number {
  const steps = rows
    .flatMap(({ entry: { step }, state, explanation }) => (step ? [{ at: step.at, state, explanation }] : []))
    .filter(({ state, explanation }) => state !== 'skipped' && explanation?.code !== 'gdap_not_active')
    .sort((a, b) => b.at.localeCompare(a.at));
  const standing = steps.findIndex(({ state }) => state !== 'failed');
  return standing < 0 ? steps.length : standing;
}

function RunForm({ model, path, kind, word }: { model: CampaignModel; path: string; kind: string; word: string }) {
  return (
    <form class="inline" method="post" action={`/consents/${model.campaign.campaignId}/${path}`}>
      <CsrfField token={model.viewer.csrfToken} />
      <button type="submit" name="kind" value={kind}>
        {word}
      </button>
    </form>
  );
}

/** What may be done for one customer of a run, by its state. */
export function RunActions({ row, model }: { row: CampaignRow; model: CampaignModel }) {
  const { entry, customer, state } = row;
  const name = customer?.name ?? entry.tenantId;
  const path = `/consents/${entry.campaignId}/customers/${entry.tenantId}`;
  const forWhom = <span class="visually-hidden"> {name}</span>;
  const mayTry = ['waiting', 'atMicrosoft', 'failed', 'skipped'].includes(state);
  if (!mayTry) return <Nothing />;
  const turn = state === 'waiting' || state === 'atMicrosoft' ? 'skip' : 'wait';
  return (
    <div class="actions">
      <form class="inline" method="post" action={`${path}/step`}>
        <CsrfField token={model.viewer.csrfToken} />
        <button type="submit" class="plain">
          Consent now{forWhom}
        </button>
      </form>
      <form class="inline" method="post" action={path}>
        <CsrfField token={model.viewer.csrfToken} />
        <input type="hidden" name="page" value={String(model.shown.page)} />
        <button type="submit" name="do" value={turn} class="plain">
          {turn === 'skip' ? 'Skip' : 'Another turn'}
          {forWhom}
        </button>
      </form>
    </div>
  );
}
