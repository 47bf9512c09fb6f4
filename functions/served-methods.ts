// Which HTTP methods a route answers, on both hosts alike.
import type { HttpMethod } from '@azure/functions';
import type { HttpFunction } from './define.ts';

/** Its methods, and HEAD where there is GET: link checkers and monitors ask so. */
export function servedMethods({ methods }: Pick<HttpFunction, 'methods'>): HttpMethod[] {
  return methods.includes('GET') && !methods.includes('HEAD') ? [...methods, 'HEAD'] : [...methods];
}
