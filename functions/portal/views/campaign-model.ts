// What the pages of campaigns and runs are made from.
import type { Sender } from '../../../shared/consent/campaign-letters.ts';
import type { CampaignQuery, CampaignRow, CampaignView } from '../../../shared/consent/campaign-read.ts';
import type { ConsentLink } from '../../../shared/consent/links.ts';
import type { Refused } from '../parts/form.tsx';
import type { Viewer } from '../parts/layout.tsx';

export interface CampaignModel extends CampaignView {
  viewer: Viewer;
  /** Of who looks at it. */
  memberId: string;
  /** The page of the list. */
  shown: { rows: readonly CampaignRow[]; page: number; pages: number; matching: number };
  query: CampaignQuery & {
    notice?: string | undefined;
    after?: string | undefined;
    copy?: 'all' | undefined;
  };
  /** With the addresses, by link id; empty for a Reader. */
  links: ReadonlyMap<string, ConsentLink>;
  sender: Sender;
  form: Refused | undefined;
  nowMs: number;
}

/** The address of the list with some of its query changed. */
export function campaignAddress({ campaign, query }: CampaignModel, change: CampaignQuery & { copy?: 'all' }): string {
  const { state, text } = query;
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ state, text, ...change }))
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  const asked = parameters.toString();
  return `/consents/${campaign.campaignId}${asked === '' ? '' : `?${asked}`}`;
}
