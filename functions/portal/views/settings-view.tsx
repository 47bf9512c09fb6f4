// How the workspace is set: how often it syncs, when it warns, how long links live, which GDAP roles it asks for.
import { type SettingsDoc, syncIntervals } from '../../../shared/access/documents.ts';
import { consentStrategies } from '../../../shared/consent/strategy.ts';
import type { RoleNeeds } from '../../../shared/customers/role-needs.ts';
import { strategyWords } from '../parts/automatic-words.ts';
import { ErrorSummary, type Refused, SelectField, TextField } from '../parts/form.tsx';
import { CsrfField, type Viewer, workPage } from '../parts/layout.tsx';
import { Notice } from '../parts/notice.tsx';
import { plural } from '../parts/words.ts';
import { RoleProfileSection } from './role-profile-section.tsx';

export interface SettingsModel {
  viewer: Viewer;
  settings: SettingsDoc;
  needs: RoleNeeds;
  notice: string | undefined;
  form: Refused | undefined;
}

const labels = {
  syncIntervalMinutes: 'Sync each customer every',
  expiringThresholdDays: 'Warn before a GDAP role ends, days',
  consentLinkDays: 'A consent link works for, days',
  consentStrategy: 'Customers consent',
};

/** The page as a document. */
export function settingsView({ viewer, settings, needs, notice, form }: SettingsModel): string {
  return workPage({
    title: form ? 'Error: settings' : 'Settings',
    place: 'settings',
    viewer,
    children: (
      <>
        <div class="head">
          <h1>Settings</h1>
        </div>
        <ErrorSummary form={form} labels={labels} />
        <Notice code={notice} />
        {viewer.role === 'Admin' ? (
          <Form viewer={viewer} settings={settings} form={form} />
        ) : (
          <Shown settings={settings} />
        )}
        <RoleProfileSection needs={needs} viewer={viewer} />
      </>
    ),
  });
}

function Form({ viewer, settings, form }: Omit<SettingsModel, 'notice' | 'needs'>) {
  const intervals = syncIntervals.map((minutes) => ({ value: String(minutes), word: span(minutes) }));
  return (
    <form class="card" method="post" action="/settings" novalidate={form !== undefined}>
      <CsrfField token={viewer.csrfToken} />
      <SelectField
        name="syncIntervalMinutes"
        label={labels.syncIntervalMinutes}
        help="Licences, subscriptions and users. Sign-ins are read once a day."
        value={String(settings.syncIntervalMinutes)}
        options={intervals}
        form={form}
      />
      <TextField
        name="expiringThresholdDays"
        label={labels.expiringThresholdDays}
        help="From then on a customer shows Expiring. Microsoft itself writes at 30, 7 and 1."
        value={String(settings.expiringThresholdDays)}
        range={[1, 90]}
        form={form}
      />
      <TextField
        name="consentLinkDays"
        label={labels.consentLinkDays}
        help="Of new links; those that are out keep their date."
        value={String(settings.consentLinkDays)}
        range={[1, 90]}
        form={form}
      />
      <SelectField
        name="consentStrategy"
        label={labels.consentStrategy}
        help="Those without a way of their own, on their page. Automatically: at once for all that can, and for each new one."
        value={settings.consentStrategy}
        options={consentStrategies.map((strategy) => ({ value: strategy, word: strategyWords[strategy] }))}
        form={form}
      />
      <button type="submit" class="primary">
        Save
      </button>
    </form>
  );
}

/** What a Reader sees. */
function Shown({ settings }: { settings: SettingsDoc }) {
  return (
    <dl class="facts card">
      <dt>{labels.syncIntervalMinutes}</dt>
      <dd>{span(settings.syncIntervalMinutes)}</dd>
      <dt>{labels.expiringThresholdDays}</dt>
      <dd>{settings.expiringThresholdDays}</dd>
      <dt>{labels.consentLinkDays}</dt>
      <dd>{settings.consentLinkDays}</dd>
      <dt>{labels.consentStrategy}</dt>
      <dd>{strategyWords[settings.consentStrategy]}</dd>
    </dl>
  );
}

function span(minutes: number): string {
  return minutes < 60 ? plural(minutes, 'minute') : plural(minutes / 60, 'hour');
}
