// Takes Microsoft's own error texts apart: the number, the correlation id and the sentence, without the lines for support.

/** `AADSTS` number in a text, or undefined. */
export function aadstsNumber(text: string): string | undefined {
  return /\bAADSTS(\d{4,9})\b/.exec(text)?.[1];
}

/** The correlation id that Entra writes into its descriptions, or undefined. */
export function correlationIdIn(text: string): string | undefined {
  return /Correlation ID:\s*([0-9a-f-]{36})/i.exec(text)?.[1];
}

const longestText = 300;

/**
 * Microsoft's sentence, for errors that the catalogue does not know: without the number, without Trace ID, Correlation
 * ID and Timestamp, on one line, 300 characters at most. Empty when nothing is left.
 */
export function trimmedText(text: string): string {
  const sentence = text
    .replace(/\s*\b(Trace ID|Correlation ID|Timestamp):[^\r\n]*/gi, '')
    .replace(/^\s*AADSTS\d+:\s*/, '')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return sentence.length <= longestText ? sentence : `${sentence.slice(0, longestText - 1).trimEnd()}…`;
}
