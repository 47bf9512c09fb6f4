// One round of questions to Graph: every dataset that is due in one `$batch`, each with an outcome of its own.
import { z } from 'zod';
import { type BatchItem, MicrosoftError } from '../microsoft/microsoft.ts';
import type { DatasetName } from './documents.ts';
import type { Run } from './run-context.ts';

export interface Question {
  dataset: DatasetName;
  /** Relative to the version, or a link of an earlier answer. */
  url: string;
}

export type Answers = ReadonlyMap<DatasetName, BatchItem>;

/** Kinds of failure that a person must mend. */
const mendable = new Set<MicrosoftError['kind']>(['credential', 'consent', 'permission', 'interaction']);

export function needsPerson(error: MicrosoftError): boolean {
  return mendable.has(error.kind);
}

/**
 * Asks, and gives an outcome for each dataset, also where the whole call failed. The Graph client has renewed the token
 * by then where an item was refused: a cached token keeps the roles that it was issued with.
 */
export async function ask(run: Run, questions: readonly Question[]): Promise<Answers> {
  try {
    const items = await run.graph.batch(questions.map(({ dataset, url }) => ({ id: dataset, url })));
    return new Map(questions.map(({ dataset }) => [dataset, items.get(dataset) ?? notAnswered]));
  } catch (error) {
    if (!(error instanceof MicrosoftError)) throw error;
    return new Map(questions.map(({ dataset }) => [dataset, { ok: false, error }]));
  }
}

/** Parses a dataset's answer. @throws MicrosoftError its failure, or `unexpected_answer` for one of another shape */
export function parseAnswer<T>(item: BatchItem, schema: z.ZodType<T>): T {
  if (!item.ok) throw item.error;
  const parsed = schema.safeParse(item.body);
  if (parsed.success) return parsed.data;
  throw unexpectedAnswer(z.prettifyError(parsed.error), item.status);
}

/** An answer that is not what Microsoft documents: cut short, most likely, so a later try can help. */
export function unexpectedAnswer(detail: string, status = 200): MicrosoftError {
  return new MicrosoftError({
    source: 'graph',
    kind: 'transient',
    status,
    code: 'unexpected_answer',
    explanation: {
      code: 'unexpected_answer',
      meaning: 'Microsoft answered with something that is not in its documented form.',
      whoActs: 'microsoft',
      whatToDo: `Nothing for now: Tenantry asks again. What was wrong: ${detail.slice(0, 300)}`,
      retryHelps: true,
    },
  });
}

const notAnswered: BatchItem = { ok: false, error: unexpectedAnswer('the batch left this request out') };
