// Reading what a request brings: JSON for the API, forms for pages; small, and parsed by a schema.
import type { HttpRequest } from '@azure/functions';
import type { z } from 'zod';
import { invalid, Problem } from '../../shared/errors.ts';

const MAX_BODY_BYTES = 64 * 1024;

/**
 * The body: an object of fields for a form, a value for JSON; undefined when there is none.
 * @throws Problem 400 for malformed JSON, 413 when too large, 415 for another kind of content.
 */
export async function readBody(request: HttpRequest, respond: 'json' | 'page'): Promise<unknown> {
  if (request.method === 'GET' || request.method === 'HEAD') return undefined;
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const text = await request.text();
  if (text.length > MAX_BODY_BYTES) throw tooLarge();
  if (text === '') return undefined;
  const contentType = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  const expected = respond === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  if (contentType !== expected) {
    const whatToDo = `Send ${expected}.`;
    const meaning = 'The body is of a kind that is not taken here.';
    throw new Problem(415, { code: 'unsupported_media_type', meaning, whoActs: 'msp', whatToDo, retryHelps: false });
  }
  return respond === 'json' ? parseJson(text) : parseForm(text);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('The body is not JSON.', 'Mend the body and send it again.');
  }
}

/** A field that comes several times becomes an array, in order. */
function parseForm(text: string): Record<string, string | string[]> {
  const form = new URLSearchParams(text);
  const fields = [...new Set(form.keys())].map((name) => {
    const values = form.getAll(name);
    return [name, values.length === 1 ? (values[0] ?? '') : values] as const;
  });
  return Object.fromEntries(fields);
}

/** @throws Problem 400 with a message for each field that is wrong. Without a schema the input is not looked at. */
export function parseInput<T>(schema: z.ZodType<T> | undefined, input: unknown): T;
export function parseInput(schema: z.ZodType | undefined, input: unknown): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  const fields = Object.fromEntries(
    parsed.error.issues.toReversed().map(({ path, message }) => [path.join('.') || 'body', message]),
  );
  throw invalid('Some of what was sent is not valid.', 'Correct the fields that are named and send it again.', fields);
}

function tooLarge(): Problem {
  const meaning = `The body is larger than ${MAX_BODY_BYTES / 1024} KB.`;
  const explanation = { meaning, whoActs: 'msp', whatToDo: 'Send less.', retryHelps: false } as const;
  return new Problem(413, { code: 'body_too_large', ...explanation });
}
