// What must be renewed by somebody before it ends: secrets, certificates, and sign-ins that nobody used. Pure.
import { DAY_MS } from '../clock.ts';
import type { WhoActs } from '../errors.ts';

/** Days ahead at which is warned; 0 is the end itself. */
export const warningDays = [30, 7, 1, 0] as const;
export type WarningDays = (typeof warningDays)[number];

export const endingKinds = [
  'ownAppSecret',
  'ownAppCertificate',
  'partnerAppSecret',
  'partnerAppCertificate',
  'customerAppSecret',
  'customerAppCertificate',
  'refreshToken',
] as const;
export type EndingKind = (typeof endingKinds)[number];

/** Something that ends. */
export interface Ending {
  kind: EndingKind;
  /** Null for what belongs to the deployment and so to every workspace of it. */
  connectionId: string | null;
  /** The connection's name, for people. */
  name: string | null;
  endsAtMs: number;
}

export interface ExpiryWarning {
  /** The same thing has the same key at each threshold, and another one once it was renewed. */
  key: string;
  kind: EndingKind;
  connectionId: string | null;
  endsAt: string;
  /** The threshold that was reached last. */
  thresholdDays: WarningDays;
  meaning: string;
  whoActs: WhoActs;
  whatToDo: string;
}

/** The threshold that is reached, at exactly that many days to the end too; null while none is. */
export function thresholdOf(endsAtMs: number, nowMs: number): WarningDays | null {
  const leftMs = endsAtMs - nowMs;
  return warningDays.findLast((days) => leftMs <= days * DAY_MS) ?? null;
}

/** A warning for each thing that has ended or is about to, the soonest first. */
export function expiryWarnings(endings: readonly Ending[], nowMs: number): ExpiryWarning[] {
  return endings
    .flatMap((ending) => {
      const thresholdDays = thresholdOf(ending.endsAtMs, nowMs);
      return thresholdDays === null ? [] : [warningOf(ending, thresholdDays)];
    })
    .sort((a, b) => a.endsAt.localeCompare(b.endsAt) || a.key.localeCompare(b.key));
}

function warningOf(ending: Ending, thresholdDays: WarningDays): ExpiryWarning {
  const { kind, connectionId, endsAtMs } = ending;
  const endsAt = new Date(endsAtMs).toISOString();
  const { what, whoActs, whatToDo } = words[kind];
  return {
    key: `${kind}:${connectionId ?? 'deployment'}:${endsAt}`,
    kind,
    connectionId,
    endsAt,
    thresholdDays,
    meaning: `${what(ending.name ?? '')} ${thresholdDays === 0 ? 'ended' : 'ends'} on ${dayOf(endsAt)}.`,
    whoActs,
    whatToDo,
  };
}

function dayOf(iso: string): string {
  return new Date(iso).toLocaleDateString('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });
}

const ownAppAdvice = {
  whoActs: 'msp',
  whatToDo: 'Make a new one in Entra and enter it under “App registration” of the connection.',
} as const;
const deploymentAdvice = {
  whoActs: 'tenantry',
  whatToDo: 'Whoever runs this deployment puts a new one into its settings.',
} as const;

const words: Readonly<Record<EndingKind, { what: (name: string) => string; whoActs: WhoActs; whatToDo: string }>> = {
  ownAppSecret: { what: (name) => `The secret of the app registration of “${name}”`, ...ownAppAdvice },
  ownAppCertificate: { what: (name) => `The certificate of the app registration of “${name}”`, ...ownAppAdvice },
  partnerAppSecret: { what: () => "The secret of Tenantry's partner app", ...deploymentAdvice },
  partnerAppCertificate: { what: () => "The certificate of Tenantry's partner app", ...deploymentAdvice },
  customerAppSecret: { what: () => "The secret of Tenantry's customer app", ...deploymentAdvice },
  customerAppCertificate: { what: () => "The certificate of Tenantry's customer app", ...deploymentAdvice },
  refreshToken: {
    what: (name) => `The sign-in of “${name}”, which was not used for long,`,
    whoActs: 'msp',
    whatToDo: 'Choose Reauthorize and sign in again. It is used weekly by itself while the connection works.',
  },
};

/** What was told already, by key: the lowest threshold of each. */
export type Told = Readonly<Record<string, WarningDays>>;

/**
 * The warnings that are news: each threshold of each thing is told once. What is told for the first time late is told once
 * too, not for each threshold that has passed.
 */
export function untold(warnings: readonly ExpiryWarning[], told: Told): ExpiryWarning[] {
  return warnings.filter(({ key, thresholdDays }) => {
    const before = told[key];
    return before === undefined || thresholdDays < before;
  });
}
