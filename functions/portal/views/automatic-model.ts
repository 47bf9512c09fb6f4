// What the page of automatic consent shows, and its addresses.
import type { AutomaticOverview, AutomaticQuery } from '../../../shared/consent/automatic/overview.ts';
import type { ConsentStrategy } from '../../../shared/consent/strategy.ts';
import type { Viewer } from '../parts/layout.tsx';

export interface AutomaticModel {
  viewer: Viewer;
  overview: AutomaticOverview;
  query: AutomaticQuery;
  /** How customers without a way of their own consent. */
  byDefault: ConsentStrategy;
  notice: string | undefined;
  /** Where a tenant's administrator removes an app by hand. */
  entraAddress: (tenantId: string) => string;
  nowMs: number;
}

/** An address of this page with some of its query changed. */
export function automaticAddress(query: AutomaticQuery, change: AutomaticQuery): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, page: undefined, ...change }))
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  const text = parameters.toString();
  return text === '' ? '/automatic-consent' : `/automatic-consent?${text}`;
}
