// A section of a customer's page: a heading with its figure, and how old the figure is where it is older than it should be.
import type { Child } from 'hono/jsx';
import type { DatasetName } from '../../../shared/sync/documents.ts';
import { Age } from '../parts/time.tsx';
import type { DirectoryModel } from './directory-model.ts';

/** `id` is what the page's own links lead to. `figure` stands beside the heading. */
export function Section(section: {
  id: string;
  heading: string;
  figure?: string | undefined;
  dataset?: DatasetName;
  model: DirectoryModel;
  children: Child;
}) {
  const { id, heading, figure, dataset, model } = section;
  const asOf = dataset ? model.directory.state?.datasets[dataset].asOf : null;
  const late = asOf ? model.nowMs - Date.parse(asOf) > model.intervalMs : false;
  return (
    <section id={id} aria-labelledby={`${id}-heading`}>
      <h2 id={`${id}-heading`}>
        {heading}
        {figure ? <span class="figure">{figure}</span> : null}
        {late ? (
          <span class="figure">
            as of <Age at={asOf} nowMs={model.nowMs} lateMs={2 * model.intervalMs} />
          </span>
        ) : null}
      </h2>
      {section.children}
    </section>
  );
}
