// What can be done with all customers of a campaign by links at once, and how far what is being done is.
import type { TaskKind } from '../../../shared/consent/campaign-documents.ts';
import { type CampaignState, remindable } from '../../../shared/consent/campaign-state.ts';
import { CsrfField } from '../parts/layout.tsx';
import { Progress } from '../parts/progress.tsx';
import { Age } from '../parts/time.tsx';
import { count, plural } from '../parts/words.ts';
import { type CampaignModel, campaignAddress } from './campaign-model.ts';

const underWay: Record<TaskKind, string> = {
  makeLinks: 'Making links',
  markSent: 'Noting as sent',
  unmarkSent: 'Noting as not sent',
  remind: 'Counting reminders and renewing expired links',
  revoke: 'Revoking links',
  restore: 'Letting links work again',
};

const over: Record<TaskKind, (customers: string) => string> = {
  makeLinks: (customers) => `Links are there for ${customers}`,
  markSent: (customers) => `${customers} noted as sent`,
  unmarkSent: (customers) => `${customers} noted as not sent`,
  remind: (customers) => `Reminders counted for ${customers}`,
  revoke: (customers) => `Links of ${customers} revoked`,
  restore: (customers) => `Links of ${customers} work again`,
};

/** The line of what is under way, and for Admins the buttons. */
export function CampaignTasks({ model }: { model: CampaignModel }) {
  const { campaign, rows, viewer } = model;
  const { task } = campaign;
  const done = task ? rows.filter(({ entry }) => entry.done?.taskId === task.taskId).length : 0;
  const words = task
    ? `${underWay[task.kind]}: ${count(done)} of ${plural(campaign.customers, 'customer')}`
    : undefined;
  return (
    <>
      <Progress words={words} address={`/consents/${campaign.campaignId}`} />
      <div id="tasks" data-live>
        {viewer.role !== 'Admin' ? null : task ? <Waiting model={model} /> : <Buttons model={model} />}
      </div>
      {viewer.role === 'Admin' && model.query.copy === 'all' ? <AllLinks model={model} /> : null}
    </>
  );
}

/** A worker that was lost leaves a task behind: whoever sees no progress may go on with it. */
const PATIENCE_MS = 2 * 60_000;

function Waiting({ model }: { model: CampaignModel }) {
  const { campaign, nowMs } = model;
  if (!campaign.task || nowMs - Date.parse(campaign.task.at) < PATIENCE_MS) return null;
  return (
    <div class="quiet">
      Begun <Age at={campaign.task.at} nowMs={nowMs} />. If the number above does not move:{' '}
      <TaskButton model={model} kind="resume" word="Go on" plain />
    </div>
  );
}

function Buttons({ model }: { model: CampaignModel }) {
  const { campaign, counts } = model;
  const of = (...states: readonly CampaignState[]) => states.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
  const open = of('toSend', 'sent', 'opened', 'atMicrosoft', 'failed');
  const { lastTask } = campaign;
  return (
    <>
      <div class="actions">
        {open > 0 ? (
          <>
            <a class="button" href={`${campaignAddress(model, { copy: 'all' })}#all-links`}>
              Copy all links
            </a>
            <a class="button" href={`/api/v1/consent-campaigns/${campaign.campaignId}/links.csv`}>
              Download as CSV
            </a>
          </>
        ) : null}
        {of('toSend') > 0 ? (
          <TaskButton model={model} kind="markSent" word={`Mark ${count(of('toSend'))} as sent`} />
        ) : null}
        {of(...remindable) > 0 ? (
          <TaskButton model={model} kind="remind" word={`Remind ${count(of(...remindable))}`} />
        ) : null}
        {of('preparing') > 0 ? <TaskButton model={model} kind="makeLinks" word="Make missing links" /> : null}
      </div>
      {lastTask ? (
        <div class="quiet after">
          {over[lastTask.kind](plural(lastTask.changed, 'customer'))}, <Age at={lastTask.at} nowMs={model.nowMs} /> by{' '}
          {lastTask.by.name}. <Undo model={model} />
        </div>
      ) : null}
      {open > 0 ? <RevokeAll model={model} open={open} /> : null}
    </>
  );
}

/** What was done last can be taken back where that makes sense. */
function Undo({ model }: { model: CampaignModel }) {
  const { lastTask } = model.campaign;
  if (!lastTask || lastTask.changed === 0) return null;
  if (lastTask.kind === 'markSent') return <TaskButton model={model} kind="unmarkSent" word="Undo" plain />;
  if (lastTask.kind === 'revoke') return <TaskButton model={model} kind="restore" word="Undo" plain />;
  return null;
}

function RevokeAll({ model, open }: { model: CampaignModel; open: number }) {
  return (
    <details class="confirm">
      <summary>Revoke all links…</summary>
      <p>
        {plural(open, 'link')} of this campaign that {open === 1 ? 'works' : 'work'} now will stop working at once:
        whoever has one reads that it was withdrawn. You can undo this until the links expire.
      </p>
      <TaskButton model={model} kind="revoke" word={`Revoke ${plural(open, 'link')}`} danger />
    </details>
  );
}

function TaskButton(props: {
  model: CampaignModel;
  kind: TaskKind | 'resume';
  word: string;
  plain?: boolean;
  danger?: boolean;
}) {
  const { model, kind, word, plain, danger } = props;
  return (
    <form class="inline" method="post" action={`/consents/${model.campaign.campaignId}/tasks`}>
      <CsrfField token={model.viewer.csrfToken} />
      <button type="submit" name="kind" value={kind} class={plain ? 'plain' : danger ? 'danger' : undefined}>
        {word}
      </button>
    </form>
  );
}

function AllLinks({ model }: { model: CampaignModel }) {
  const lines = model.rows.flatMap(({ customer, link }) => {
    const address = link && model.links.get(link.linkId)?.address;
    return customer && address ? [`${customer.name}\t${address}`] : [];
  });
  return (
    <section id="all-links" aria-labelledby="all-links-heading" class="card">
      <h2 id="all-links-heading">
        All links <span class="figure">{plural(lines.length, 'customer')}</span>
      </h2>
      <textarea id="all-links-text" readOnly rows={10} aria-label="All links, a line for each customer">
        {lines.join('\n')}
      </textarea>
      <button type="button" class="scripted" data-copy="all-links-text">
        Copy
      </button>
    </section>
  );
}
