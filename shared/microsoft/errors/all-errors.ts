// Every error of Microsoft that the catalogue explains, as a list: for the Help page, and for whoever wants to read them.
import type { WhoActs } from '../../errors.ts';
import { type CatalogueLine, waitingHelps } from './catalogue-entry.ts';
import { entraAppErrors } from './entra-app-errors.ts';
import { entraProtocolErrors } from './entra-protocol-errors.ts';
import { entraSignInErrors } from './entra-sign-in-errors.ts';
import { graphErrors } from './graph-errors.ts';
import { ownFindings } from './own-findings.ts';
import { partnerCenterErrors } from './partner-center-errors.ts';

export type ErrorSource = 'entra' | 'graph' | 'partnerCenter' | 'found';

export interface ListedError {
  source: ErrorSource;
  /** As they are shown with an error; they share the words. */
  codes: readonly string[];
  meaning: string;
  whoActs: WhoActs;
  whatToDo: string;
  retryHelps: boolean;
}

/** In the order of the tables; `found` are failures that we find ourselves in what Microsoft sent. */
export const listedErrors: readonly ListedError[] = [
  ...listed('entra', [...entraAppErrors, ...entraSignInErrors], (number) => `AADSTS${number}`),
  ...listed('entra', entraProtocolErrors),
  ...listed('graph', graphErrors),
  ...listed('partnerCenter', partnerCenterErrors),
  ...listed('found', ownFindings),
];

function listed(
  source: ErrorSource,
  lines: readonly CatalogueLine[],
  shown: (code: string) => string = (code) => code,
): ListedError[] {
  return lines.map(({ codes, kind, meaning, whoActs, whatToDo, retryHelps }) => ({
    source,
    codes: codes.map(shown),
    meaning,
    whoActs,
    whatToDo,
    retryHelps: retryHelps ?? waitingHelps(kind),
  }));
}
