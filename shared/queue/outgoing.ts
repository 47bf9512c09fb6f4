// What may be sent: checked alike by every adapter, before anything is written or goes on the wire.
import { z } from 'zod';
import type { OutgoingMessage, QueueName } from './port.ts';
import { QueueError } from './port.ts';

/**
 * The largest body in bytes of UTF-8 JSON: 256 KiB is the most that a message may be on Service Bus Standard, less 2 KiB
 * for its headers. https://learn.microsoft.com/azure/service-bus-messaging/service-bus-quotas
 */
export const maxBodyBytes = 254 * 1024;

/** The longest message id and the longest dead-letter reason or description that Service Bus takes, in characters. */
export const maxMessageIdLength = 128;
const maxReasonLength = 4_096;

/** The last time that a Date can hold. */
const latestTimeMs = 8.64e15;

const outgoingMessage = z.object({
  messageId: z.string().min(1).max(maxMessageIdLength),
  body: z.record(z.string(), z.unknown()),
  enqueueAtMs: z.number().nonnegative().max(latestTimeMs).optional(),
});

/**
 * Checks messages and gives the JSON of each body, in order.
 *
 * @throws QueueError `invalid` for an empty or over-long id, a body that is no JSON object or a time that is none;
 * `tooLarge` for a body over {@link maxBodyBytes}. Both name the message.
 */
export function bodiesOf(queue: QueueName, messages: readonly OutgoingMessage[]): readonly string[] {
  return messages.map((message) => {
    const checked = outgoingMessage.safeParse(message);
    if (!checked.success) {
      const problems = checked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
      throw new QueueError('invalid', `Message ${message.messageId} cannot be sent to ${queue}: ${problems}`);
    }
    const json = toJson(queue, message);
    const bytes = Buffer.byteLength(json);
    if (bytes > maxBodyBytes)
      throw tooLarge(queue, message.messageId, `its body has ${bytes} bytes of ${maxBodyBytes}`);
    return json;
  });
}

/** The error for a message that no frame can hold. */
export function tooLarge(queue: QueueName, messageId: string, detail: string): QueueError {
  return new QueueError('tooLarge', `Message ${messageId} is too large for ${queue}: ${detail}`);
}

/** A dead letter's reason or description, cut to what Service Bus takes. */
export function cutReason(text: string): string {
  return text.slice(0, maxReasonLength);
}

function toJson(queue: QueueName, message: OutgoingMessage): string {
  try {
    return JSON.stringify(message.body);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new QueueError('invalid', `The body of message ${message.messageId} to ${queue} is no JSON: ${detail}`);
  }
}
