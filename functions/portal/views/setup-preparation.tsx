// Setup, step 1: the kind of CSP, the distributor, and the checklist with its tick.
import type { Child } from 'hono/jsx';
import type { ChecklistItem } from '../../../shared/setup/prerequisites.ts';
import { type Refused, TickField } from '../parts/form.tsx';
import { CsrfField } from '../parts/layout.tsx';
import { dateTime } from '../parts/words.ts';
import type { SetupModel } from './setup-model.ts';

export const preparationLabels = {
  cspType: 'Kind of CSP',
  distributor: 'Distributor',
  confirmed: 'Checklist',
};

const choicesOfType = [
  {
    value: 'tier2',
    word: 'Tier 2 CSP',
    note: 'You buy Microsoft subscriptions from a distributor (indirect reseller).',
    supported: true,
  },
  {
    value: 'tier1',
    word: 'Tier 1 CSP',
    note: 'You buy from Microsoft directly. Not supported yet.',
    supported: false,
  },
];

const choicesOfDistributor = [
  {
    value: 'pax8',
    word: 'Pax8',
    note: 'Its connection is not yet available; setup goes on without it, and asks for it later.',
    supported: true,
  },
  {
    value: 'none',
    word: 'None',
    note: 'Another distributor, or none to be connected. Microsoft alone tells what customers have and use.',
    supported: true,
  },
];

/** The form for an Admin; for a Reader what was answered. */
export function SetupPreparation({ model }: { model: SetupModel }) {
  return model.viewer.role === 'Admin' ? <Form model={model} /> : <Answers model={model} />;
}

function Form({ model }: { model: SetupModel }) {
  const { report, form, viewer } = model;
  const { setup } = report;
  return (
    <form class="card" method="post" action="/setup/preparation" novalidate={form !== undefined}>
      <CsrfField token={viewer.csrfToken} />
      <Choice name="cspType" legend="What kind of CSP are you?" chosen={setup.cspType} form={form}>
        {choicesOfType}
      </Choice>
      <Choice name="distributor" legend="Who is your distributor?" chosen={setup.distributor} form={form}>
        {choicesOfDistributor}
      </Choice>
      <h3>Have this ready</h3>
      <Checklist items={report.checklist} />
      <TickField name="confirmed" label="All of this is in place." form={form} ticked={setup.confirmedAt !== null} />
      <button type="submit" class="primary">
        Next
      </button>
    </form>
  );
}

interface Option {
  value: string;
  word: string;
  note: string;
  supported: boolean;
}

/** A choice of one by buttons; the first one carries the field's id, where the summary of errors leads. */
function Choice(props: {
  name: 'cspType' | 'distributor';
  legend: string;
  chosen: string | null;
  form: Refused | undefined;
  children: readonly Option[];
}) {
  const { name, legend, form } = props;
  const error = form?.errors[name];
  const chosen = form ? form.typed[name] : props.chosen;
  return (
    <fieldset class="choices" aria-describedby={error ? `${name}-error` : undefined}>
      <legend>{legend}</legend>
      {error ? (
        <span class="error" id={`${name}-error`}>
          {error}
        </span>
      ) : null}
      {props.children.map(({ value, word, note, supported }, index) => (
        <label>
          <input
            type="radio"
            id={index === 0 ? name : undefined}
            name={name}
            value={value}
            checked={chosen === value}
            disabled={!supported}
            required
          />{' '}
          <strong>{word}</strong>
          <span class="note">{note}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Checklist({ items }: { items: readonly ChecklistItem[] }) {
  return (
    <ol class="checklist">
      {items.map(({ title, text, links }) => (
        <li>
          <strong>{title}.</strong> {text}
          <span class="links">
            {links.map(({ word, href }) => (
              <a href={href}>{word}</a>
            ))}
          </span>
        </li>
      ))}
    </ol>
  );
}

function Answers({ model }: { model: SetupModel }) {
  const { setup, checklist } = model.report;
  const wordOf = (options: readonly Option[], value: string | null): Child =>
    options.find((option) => option.value === value)?.word ?? 'not chosen yet';
  return (
    <>
      <dl class="facts card">
        <dt>Kind of CSP</dt>
        <dd>{wordOf(choicesOfType, setup.cspType)}</dd>
        <dt>Distributor</dt>
        <dd>{wordOf(choicesOfDistributor, setup.distributor)}</dd>
        <dt>Checklist</dt>
        <dd>{setup.confirmedAt ? `confirmed on ${dateTime(setup.confirmedAt)}` : 'not confirmed yet'}</dd>
      </dl>
      <div class="card">
        <Checklist items={checklist} />
        <p class="quiet">Only an Admin of your workspace can answer these.</p>
      </div>
    </>
  );
}
