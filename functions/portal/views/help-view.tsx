// Help: what to prepare, how to mend what goes wrong, our words beside Microsoft's, and every error with its meaning.
import type { Child } from 'hono/jsx';
import type { GuideSection } from '../../../shared/help/guide.ts';
import type { Help, HelpError } from '../../../shared/help/search.ts';
import { actors } from '../parts/explanation.tsx';
import { type Viewer, workPage } from '../parts/layout.tsx';
import { Glossary } from '../parts/term.tsx';
import { count, plural } from '../parts/words.ts';

export interface HelpModel {
  viewer: Viewer;
  text: string;
  help: Help;
}

const partWords = {
  prepare: 'What to prepare',
  mend: 'When something goes wrong',
  words: 'Words, and what Microsoft calls them',
  errors: 'Errors',
} as const;
type PartName = keyof typeof partWords;

/** The page as a document. */
export function helpView({ viewer, text, help }: HelpModel): string {
  const prepare = help.guide.filter(({ group }) => group === 'prepare');
  const mend = help.guide.filter(({ group }) => group === 'mend');
  const found = help.guide.length + help.glossary.length + help.errors.length;
  return workPage({
    title: text === '' ? 'Help' : `Help: ${text}`,
    place: 'help',
    viewer,
    children: (
      <>
        <div class="head">
          <h1>Help</h1>
          <search>
            <form method="get" action="/help" class="actions">
              <label class="visually-hidden" for="text">
                Search Help
              </label>
              <input id="text" type="search" name="text" value={text} placeholder="A word, or the code of an error" />
              <button type="submit">Search</button>
            </form>
          </search>
        </div>
        {text === '' ? null : <Found text={text} found={found} />}
        <Contents prepare={prepare} mend={mend} help={help} />
        <Part name="prepare" empty={prepare.length === 0}>
          {prepare.map((section) => (
            <Section section={section} />
          ))}
        </Part>
        <Part name="mend" empty={mend.length === 0}>
          {mend.map((section) => (
            <Section section={section} />
          ))}
        </Part>
        <Part name="words" empty={help.glossary.length === 0}>
          <div class="card">
            <Glossary terms={help.glossary} />
          </div>
        </Part>
        <Part name="errors" empty={help.errors.length === 0}>
          <Errors errors={help.errors} open={text !== ''} />
        </Part>
      </>
    ),
  });
}

function Found({ text, found }: { text: string; found: number }) {
  return (
    <div class={`banner ${found > 0 ? 'done' : 'soon'}`} role="status">
      <p>
        {found > 0
          ? `${plural(found, 'place')} with “${text}”.`
          : `Nothing here about “${text}”. An error whose code is not listed shows Microsoft's own words; its correlation id is what Microsoft's support asks for.`}{' '}
        <a href="/help">Show everything</a>
      </p>
    </div>
  );
}

function Contents({
  prepare,
  mend,
  help,
}: {
  prepare: readonly GuideSection[];
  mend: readonly GuideSection[];
  help: Help;
}) {
  const sections = (list: readonly GuideSection[]) => (
    <ul>
      {list.map(({ id, title }) => (
        <li>
          <a href={`#${id}`}>{title}</a>
        </li>
      ))}
    </ul>
  );
  const parts: { name: PartName; number: number; inner: Child }[] = [
    { name: 'prepare', number: prepare.length, inner: sections(prepare) },
    { name: 'mend', number: mend.length, inner: sections(mend) },
    { name: 'words', number: help.glossary.length, inner: null },
    { name: 'errors', number: help.errors.length, inner: null },
  ];
  return (
    <nav class="card table-of-contents" aria-label="Contents">
      <ol>
        {parts
          .filter(({ number }) => number > 0)
          .map(({ name, number, inner }) => (
            <li>
              <a href={`#${name}`}>{partWords[name]}</a> <span class="quiet">{count(number)}</span>
              {inner}
            </li>
          ))}
      </ol>
    </nav>
  );
}

function Part({ name, empty, children }: { name: PartName; empty: boolean; children: Child }) {
  if (empty) return null;
  return (
    <section id={name} aria-labelledby={`${name}-heading`}>
      <h2 id={`${name}-heading`}>{partWords[name]}</h2>
      {children}
      <p>
        <a href="#content">Back to top</a>
      </p>
    </section>
  );
}

function Section({ section: { id, title, text, steps, links } }: { section: GuideSection }) {
  return (
    <section class="card" id={id} aria-labelledby={`${id}-heading`}>
      <h3 id={`${id}-heading`}>{title}</h3>
      <p>{text}</p>
      {steps.length > 0 ? (
        <ol>
          {steps.map((step) => (
            <li>{step}</li>
          ))}
        </ol>
      ) : null}
      <p class="links">
        {links.map(({ word, href }) => (
          <a href={href} target="_blank" rel="noreferrer">
            {word}
            <span class="visually-hidden"> (opens another site)</span>
          </a>
        ))}
      </p>
    </section>
  );
}

const sourceWords: Record<HelpError['source'], string> = {
  connection: 'Why a connection failed',
  gdap: 'Why an admin relationship was not changed',
  consent: 'Why a customer was not consented, or no longer is',
  entra: 'Entra: signing in, consent, apps',
  graph: 'Microsoft Graph',
  partnerCenter: 'Partner Center',
  found: 'Found by Tenantry in what Microsoft sent',
};
const sources = ['connection', 'gdap', 'consent', 'entra', 'graph', 'partnerCenter', 'found'] as const;

/** `open`: what a search found is shown at once; the whole list waits folded. */
function Errors({ errors, open }: { errors: readonly HelpError[]; open: boolean }) {
  return (
    <>
      <p>
        Each error says what it means, who can mend it and how. A code that is not listed shows Microsoft's own words.
      </p>
      {sources.map((source) => {
        const lines = errors.filter((error) => error.source === source);
        return lines.length > 0 ? <ErrorTable source={source} lines={lines} open={open} /> : null;
      })}
    </>
  );
}

function ErrorTable(props: { source: HelpError['source']; lines: readonly HelpError[]; open: boolean }) {
  const { source, lines, open } = props;
  return (
    <details class="more" open={open}>
      <summary>
        {sourceWords[source]} <span class="quiet">{count(lines.length)}</span>
      </summary>
      <div class="table">
        <table class="cards errors">
          <thead>
            <tr>
              <th scope="col">Code</th>
              <th scope="col">What it means</th>
              <th scope="col">Who can mend it</th>
              <th scope="col">How</th>
            </tr>
          </thead>
          <tbody>
            {lines.map(({ codes, meaning, whoActs, whatToDo, retryHelps }) => (
              <tr>
                <th scope="row">
                  {codes.map((code) => (
                    <code class="reason" data-code={code}>
                      {code}
                    </code>
                  ))}
                </th>
                <td data-label="What it means" class="wide">
                  {meaning}
                </td>
                <td data-label="Who can mend it">{actors[whoActs]}</td>
                <td data-label="How" class="wide">
                  {whatToDo}
                  {retryHelps ? <span class="note">Trying again helps.</span> : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
