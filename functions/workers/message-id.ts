// The id under which a message arrived. A follow-up's id is made from it, so that duplicates of it can be told.
import type { InvocationContext } from '@azure/functions';

/** @throws Error where the trigger gave none: without it retries could not be told apart. */
export function messageIdOf(context: Pick<InvocationContext, 'triggerMetadata'>): string {
  const messageId = context.triggerMetadata?.['messageId'];
  if (typeof messageId === 'string' && messageId !== '') return messageId;
  throw new Error('the queue trigger gave no messageId');
}
