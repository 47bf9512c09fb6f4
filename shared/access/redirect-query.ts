// What Microsoft appends to a redirect URI. Everything in it may be forged.
import { Problem } from '../errors.ts';

/**
 * One parameter of a redirect that is not an error.
 * @throws Problem 400 when it is missing, or when it comes twice.
 */
export function requiredQuery(query: URLSearchParams, name: string): string {
  const values = query.getAll(name);
  const value = values[0];
  if (values.length === 1 && value) return value;
  throw new Problem(400, {
    code: 'redirect_incomplete',
    meaning: `Microsoft's answer has no usable "${name}".`,
    whoActs: 'msp',
    whatToDo: 'Start again.',
    retryHelps: true,
  });
}
