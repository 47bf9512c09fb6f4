// Document ids as Cosmos DB takes them: printable ASCII without what it forbids, in the same order as the ids themselves.
// It refuses / \ ? and #; we also encode %, spaces and everything that is not ASCII, which some of its tools get wrong.
// https://learn.microsoft.com/dotnet/api/microsoft.azure.documents.resource.id

/** Longest encoded id in bytes: https://learn.microsoft.com/azure/cosmos-db/concepts-limits#per-item-limits */
export const MAX_ID_BYTES = 1023;

// Each forbidden character is written as the allowed character just below it and two hexadecimal digits, and that lower
// neighbour is written so too. Nothing lies between the two, so the order of ids survives: "order by id" and ranges of
// ids mean the same on Cosmos DB as elsewhere. Past `}` a code point takes six digits.
const neighbours = '\\u0000-!"#$%./>?\\[\\\\';
const needsEscape = new RegExp(`[${neighbours}]|[^\\u0000-}]`, 'gu');
const escapes = /!([0-9a-f]{2})|["$.>[]([0-9a-f]{2})|~([0-9a-f]{6})/g;

/** The encoded id; itself when it holds no odd character. Takes well-formed text, see `isUsableId`. */
export function encodeId(id: string): string {
  return id.replace(needsEscape, escapeCharacter);
}

/** The id that `encodeId` was given. */
export function decodeId(encoded: string): string {
  return encoded.replace(escapes, (_all, low: string | undefined, pair: string | undefined, high: string | undefined) =>
    String.fromCodePoint(Number.parseInt(low ?? pair ?? high ?? '', 16)),
  );
}

/** Whether an id can be stored: not empty, well-formed Unicode, and short enough once encoded. */
export function isUsableId(id: string): boolean {
  if (id === '' || !id.isWellFormed()) return false;
  // An escape takes seven bytes at most, so most ids need no encoding here.
  return id.length * 7 <= MAX_ID_BYTES || encodeId(id).length <= MAX_ID_BYTES;
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x7e) return `~${code.toString(16).padStart(6, '0')}`;
  const hex = code.toString(16).padStart(2, '0');
  if (code <= 0x21) return `!${hex}`;
  // The escape character is the code itself where that is allowed (it is the lower neighbour), else the one below.
  return `${forbidden.has(character) ? String.fromCharCode(code - 1) : character}${hex}`;
}

const forbidden = new Set(['#', '%', '/', '?', '\\']);
