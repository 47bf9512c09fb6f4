// What the parts of the Setup page are made from.
import type { SetupStep } from '../../../shared/setup/documents.ts';
import type { SetupReport } from '../../../shared/setup/read.ts';
import type { ReviewQuery } from '../../../shared/setup/review.ts';
import type { Refused } from '../parts/form.tsx';
import type { Viewer } from '../parts/layout.tsx';

export interface SetupQuery extends ReviewQuery {
  step?: SetupStep | undefined;
}

export interface SetupModel {
  viewer: Viewer;
  report: SetupReport;
  query: SetupQuery;
  /** The step that the page is open at. */
  shown: SetupStep;
  notice: string | undefined;
  /** A form that was refused. */
  form: Refused | undefined;
  nowMs: number;
}

/** The second step's address with some of its query changed. */
export function reviewAddress(query: SetupQuery, change: SetupQuery): string {
  const parameters = new URLSearchParams({ step: 'connect' });
  const { status, ready, text, sort, descending, page } = { ...query, page: undefined, ...change };
  for (const [name, value] of Object.entries({ status, ready, text, sort, descending: descending || undefined, page }))
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  return `/setup?${parameters}`;
}
