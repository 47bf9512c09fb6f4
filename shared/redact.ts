// Takes secrets out of what is about to be logged: by the name of a field, and by the look of a text. Pure.

export const REDACTED = '[redacted]';

const maxDepth = 8;
const maxItems = 100;
const maxTextLength = 4_000;

/** Fields whose text is never shown. Numbers and truth values pass: `tokens: 12` counts tokens. */
const secretName =
  /(secret|password|passwd|token|authorization|cookie|assertion|verifier|credential|pem$|private.?key|api.?key|sealing.?key|connection.?string|signature$|sealed|^keys?$)/i;
/** Names that only look like it. */
const harmlessName = /(token(hash|type|endpoint|url|version)|keyid|keyname|credentialid|secretname)$/i;

const patterns: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]+-----[\s\S]*?(-----END [A-Z ]+-----|$)/g, REDACTED],
  // Signed tokens: three parts of base64url (five when encrypted), or a header and payload cut short.
  [/\beyJ[\w-]{8,}(\.[\w-]*){1,4}/g, REDACTED],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${REDACTED}`],
  // Entra's refresh tokens and authorization codes.
  [/\b[01]\.A[\w-]{10}[\w.-]{30,}/g, REDACTED],
  [/\b(SharedAccessKey|SharedAccessSignature|AccountKey|Password)=[^;\s"']+/gi, `$1=${REDACTED}`],
  [
    /\b(code|state|client_secret|client_assertion|code_verifier|refresh_token|access_token|id_token|assertion|session_state|sig|token)=[^&\s"'#]+/gi,
    `$1=${REDACTED}`,
  ],
  [
    /"(client_secret|client_assertion|refresh_token|access_token|id_token|code_verifier)"\s*:\s*"[^"]*"/gi,
    `"$1":"${REDACTED}"`,
  ],
  // A consent link's token is its authority: it stands in the path.
  [/(\/consent\/)[\w-]{20,}/g, `$1${REDACTED}`],
  [/(__Host-[\w-]+)=[^;\s]+/g, `$1=${REDACTED}`],
];

/** The text without what looks like a secret, cut where it is very long. */
export function redactText(text: string): string {
  const clean = patterns.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text);
  return clean.length <= maxTextLength ? clean : `${clean.slice(0, maxTextLength)}… (${clean.length} characters)`;
}

/**
 * A copy that is safe to log and to turn into JSON: secrets replaced, errors opened up, circles and great depth cut.
 * It never throws, whatever it is given.
 */
export function redact(value: unknown): unknown {
  return copy(value, 0, new Set());
}

function copy(value: unknown, depth: number, above: ReadonlySet<object>): unknown {
  if (typeof value !== 'object' || value === null) return copyPlain(value);
  if (above.has(value)) return '[circular]';
  if (depth >= maxDepth) return '[deep]';
  const here = new Set(above).add(value);
  return copyObject(value, (part) => copy(part, depth + 1, here));
}

function copyPlain(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint' || typeof value === 'symbol') return value.toString();
  return typeof value === 'function' ? '[function]' : value;
}

function copyObject(value: object, inner: (part: unknown) => unknown): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof Error) return copyError(value, inner);
  if (value instanceof URL) return redactText(value.href);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (value instanceof Set) return copyItems([...value], inner);
  if (Array.isArray(value)) return copyItems(value, inner);
  const fields = value instanceof Map ? [...value].map(([key, part]): Field => [String(key), part]) : fieldsOf(value);
  return copyFields(fields, inner);
}

function copyItems(items: readonly unknown[], inner: (part: unknown) => unknown): unknown[] {
  const kept = items.slice(0, maxItems).map(inner);
  return items.length > maxItems ? [...kept, `… (${items.length} items)`] : kept;
}

type Field = readonly [name: string, value: unknown];

function copyFields(fields: readonly Field[], inner: (part: unknown) => unknown) {
  return Object.fromEntries(fields.slice(0, maxItems).map(([name, part]) => [name, copyField(name, part, inner)]));
}

function copyField(name: string, part: unknown, inner: (part: unknown) => unknown): unknown {
  const isSecret = secretName.test(name) && !harmlessName.test(name);
  if (isSecret && part !== null && (typeof part === 'string' || typeof part === 'object')) return REDACTED;
  return inner(part);
}

function copyError(error: Error, inner: (part: unknown) => unknown): Record<string, unknown> {
  const stack = typeof error.stack === 'string' ? { stack: redactText(error.stack) } : {};
  const cause = error.cause === undefined ? {} : { cause: inner(error.cause) };
  const own = fieldsOf(error).filter(([name]) => name !== 'stack' && name !== 'cause' && name !== 'message');
  return {
    name: error.name,
    message: redactText(String(error.message)),
    ...copyFields(own, inner),
    ...stack,
    ...cause,
  };
}

/** Own enumerable fields; one whose getter throws says so instead of ending the log line. */
function fieldsOf(value: object): [string, unknown][] {
  return Object.keys(value).map((name) => {
    try {
      return [name, Reflect.get(value, name)];
    } catch {
      return [name, '[unreadable]'];
    }
  });
}
