// Setup: six steps, the current one open, each gate said in words. It can be left and taken up again at any time.
import type { SetupStep } from '../../../shared/setup/documents.ts';
import type { SetupStepReport, SetupStepState } from '../../../shared/setup/rules.ts';
import { ErrorSummary } from '../parts/form.tsx';
import { workPage } from '../parts/layout.tsx';
import { Notice } from '../parts/notice.tsx';
import { Status } from '../parts/status.tsx';
import type { StatusWords } from '../parts/words.ts';
import { SetupConnect } from './setup-connect.tsx';
import type { SetupModel } from './setup-model.ts';
import { preparationLabels, SetupPreparation } from './setup-preparation.tsx';

const stepWords: Record<SetupStep, { word: string; later: string }> = {
  preparation: { word: 'Preparation', later: '' },
  connect: { word: 'Connect and verify', later: '' },
  accounts: {
    word: 'Account mapping',
    later:
      'Here each customer will be matched with its account at the distributor and in the PSA; equal names match by themselves.',
  },
  products: {
    word: 'Product mapping',
    later:
      'Here each product sold will be matched with a service of the PSA, by payment frequency and commitment term.',
  },
  settings: {
    word: 'Settings',
    later:
      'Here billing, reconciliation and sync will be set, with defaults that are safe. Those of sync are under Settings already.',
  },
  review: {
    word: 'Review and finish',
    later: 'Here everything will be confirmed once more before the integration goes live.',
  },
};

const stateWords: Record<SetupStepState, StatusWords> = {
  done: { word: 'Done', tone: 'done' },
  open: { word: 'To do', tone: 'working' },
  locked: { word: 'Waits', tone: 'notStarted' },
  notYetAvailable: { word: 'Not yet available', tone: 'notStarted' },
};

/** The page as a document. */
export function setupView(model: SetupModel): string {
  const { viewer, report, shown, form, notice } = model;
  const at = report.steps.find(({ step }) => step === shown);
  const title = `Step ${at?.number ?? 1} of ${report.steps.length}: ${stepWords[shown].word}`;
  return workPage({
    title: form ? 'Error: setup' : `Setup, ${title.toLowerCase()}`,
    place: 'setup',
    viewer,
    children: (
      <>
        <div class="head">
          <h1>Setup</h1>
          <a href="/help#prepare">What to prepare</a>
        </div>
        <ErrorSummary form={form} labels={preparationLabels} />
        <Notice code={notice} />
        <Steps steps={report.steps} shown={shown} />
        <h2 id="step">{title}</h2>
        <Step model={model} report={at} />
      </>
    ),
  });
}

/** The list of steps. Any that can be opened is a link; what a locked one waits for is said when it is opened. */
function Steps({ steps, shown }: { steps: readonly SetupStepReport[]; shown: SetupStep }) {
  return (
    <nav aria-label="Steps of setup" id="steps" data-live>
      <ol class="steps">
        {steps.map(({ step, number, state }) => (
          <li data-step={step} data-state={state}>
            <a href={`/setup?step=${step}`} aria-current={step === shown ? 'step' : undefined}>
              {number}. {stepWords[step].word}
            </a>
            <Status {...stateWords[state]} />
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Step({ model, report }: { model: SetupModel; report: SetupStepReport | undefined }) {
  const { shown } = model;
  if (shown === 'preparation') return <SetupPreparation model={model} />;
  if (report?.state === 'locked') return <Locked model={model} />;
  if (shown === 'connect') return <SetupConnect model={model} />;
  return (
    <div class="card" data-later={shown}>
      <p>
        <strong>Not yet available.</strong> {stepWords[shown].later}
      </p>
      <p>Nothing waits for it: your ready customers are synced meanwhile.</p>
      <p>
        <a href="/connections">Connections</a>
      </p>
    </div>
  );
}

function Locked({ model }: { model: SetupModel }) {
  const first = model.report.steps.find(({ obstacle }) => obstacle !== null);
  return (
    <div class="banner soon">
      <p>
        {first?.obstacle?.meaning} {first?.obstacle?.whatToDo}
      </p>
      <p>
        <a href={`/setup?step=${first?.step ?? 'preparation'}`}>Back to step {first?.number ?? 1}</a>
      </p>
    </div>
  );
}
