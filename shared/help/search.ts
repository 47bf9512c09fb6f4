// What Help holds, and what of it a search finds: the guide, the words, and every error that has an explanation. Pure.
import { authFailedReasons } from '../connections/documents.ts';
import { explainReason } from '../connections/reasons.ts';
import { automaticRefusals } from '../consent/automatic/refusals.ts';
import { evidenceEnded } from '../consent/grant.ts';
import { gdapRefusals } from '../customers/gdap-problems.ts';
import type { Explanation } from '../errors.ts';
import { type ErrorSource, type ListedError, listedErrors } from '../microsoft/errors/all-errors.ts';
import { glossary, type Term } from './glossary.ts';
import { type GuideLink, type GuideSection, guide } from './guide.ts';

export interface HelpError extends Omit<ListedError, 'source'> {
  source: ErrorSource | 'connection' | 'gdap' | 'consent';
}

const one = (source: HelpError['source'], explanation: Explanation): HelpError => {
  const { code, meaning, whoActs, whatToDo, retryHelps } = explanation;
  return { source, codes: [code], meaning, whoActs, whatToDo, retryHelps };
};

/** Reasons of connections first: they are what most people come for. */
const errors: readonly HelpError[] = [
  ...authFailedReasons.map((reason) => one('connection', explainReason(reason))),
  ...gdapRefusals.map((refusal) => one('gdap', refusal)),
  ...[...automaticRefusals, evidenceEnded].map((refusal) => one('consent', refusal)),
  ...listedErrors,
];
const explained = new Set(errors.flatMap(({ codes }) => codes));

/** Whether Help has more to say about an error's code. */
export function helpKnows(code: string): boolean {
  return explained.has(code);
}

function inCloud({ word, href }: GuideLink, entraOrigin: string): GuideLink {
  return {
    word,
    href: href.startsWith(`${PUBLIC_ENTRA}/`) ? `${entraOrigin}${href.slice(PUBLIC_ENTRA.length)}` : href,
  };
}

export interface Help {
  guide: readonly GuideSection[];
  glossary: readonly Term[];
  errors: readonly HelpError[];
}

/** Where the Entra admin centre is in the public cloud: the guide's links are written with it. */
const PUBLIC_ENTRA = 'https://entra.microsoft.com';

/**
 * Everything that holds each word of `text`, in any order and case; all of it for an empty text.
 * @param entraOrigin of this deployment's cloud: links to the Entra admin centre lead there
 */
export function searchHelp(text: string, entraOrigin: string = PUBLIC_ENTRA): Help {
  const wanted = text
    .toLocaleLowerCase('en')
    .split(/\s+/)
    .filter((word) => word !== '');
  const holds = (parts: readonly string[]) => {
    const all = parts.join(' ').toLocaleLowerCase('en');
    return wanted.every((word) => all.includes(word));
  };
  return {
    guide: guide
      .filter(({ title, text: about, steps, links }) =>
        holds([title, about, ...steps, ...links.map(({ word }) => word)]),
      )
      .map((section) => ({ ...section, links: section.links.map((link) => inCloud(link, entraOrigin)) })),
    glossary: glossary.filter(({ word, meaning, elsewhere }) =>
      holds([word, meaning, ...elsewhere.flatMap((there) => [there.where, there.word])]),
    ),
    errors: errors.filter(({ codes, meaning, whatToDo }) => holds([...codes, meaning, whatToDo])),
  };
}
