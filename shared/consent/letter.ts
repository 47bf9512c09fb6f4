// The mail to a customer: a text with placeholders, filled for one of them, as a mailto: address and as a draft file. Pure.
import { z } from 'zod';
import { plainName } from '../access/plain-name.ts';

/** What a letter may hold in braces, and what stands there afterwards. */
export const placeholders = {
  customer: "the customer's name",
  link: 'their consent link',
  expires: 'the day on which the link ends',
  msp: 'the name of your workspace',
  sender: 'your name',
} as const;
export type Placeholder = keyof typeof placeholders;
export type LetterValues = Readonly<Record<Placeholder, string>>;

export interface Letter {
  subject: string;
  text: string;
}

/** What a campaign begins with. Short enough for a mailto: address. */
export const defaultLetter: Letter = {
  subject: '{msp} asks for access to the Microsoft 365 licences of {customer}',
  text: `Hello,

we look after Microsoft 365 for {customer}. To see which licences you pay for and which of them are used, we need your consent once. It lets us read; nothing can be changed with it.

Please open this page as a Global Administrator. It says what will be read, and leads to Microsoft:

{link}

The link works until {expires}.

Kind regards
{sender}
{msp}`,
};

/** What is said in a reminder before the letter itself. */
export const reminderLead = 'A friendly reminder: we still need your consent for the following.\n\n';

const braces = /\{([^{}]*)\}/g;
const known = (name: string): name is Placeholder => Object.hasOwn(placeholders, name);
const unknownIn = (text: string) => [...text.matchAll(braces)].flatMap(([, name = '']) => (known(name) ? [] : [name]));

/** Names what is not known, so that a slip of the pen does not reach a customer. */
const noUnknown = (text: string, context: z.RefinementCtx) => {
  const unknown = unknownIn(text);
  if (unknown.length === 0) return;
  const names = Object.keys(placeholders).map((name) => `{${name}}`);
  const message = `{${unknown[0]}} is no placeholder. There are ${names.join(', ')}.`;
  context.addIssue({ code: 'custom', message });
};

/** A letter that somebody wrote. */
export const letterInput = z.strictObject({
  subject: plainName(200, 'Give a subject.').superRefine(noUnknown),
  text: z
    .string()
    .transform((text) => text.replace(/\r\n?/g, '\n').trim())
    .pipe(
      z
        .string()
        .max(4000, 'Write at most 4,000 characters.')
        .refine((text) => text.includes('{link}'), 'The text must hold {link}: it becomes the address to open.')
        .superRefine(noUnknown),
    ),
});

/** The letter for one customer. What is filled in is taken as it is: braces in it mean nothing. */
export function fillLetter(letter: Letter, values: LetterValues): Letter {
  const fill = (text: string) =>
    text.replace(braces, (whole, name: string) => (known(name) ? oneLine(values[name]) : whole));
  return { subject: fill(letter.subject), text: fill(letter.text) };
}

/** Names come from Microsoft and may hold anything; a header has one line. */
function oneLine(value: string): string {
  return value.replace(/[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
}

/** Programs for mail cut longer addresses off, on Windows above all. */
const MAX_MAILTO = 2000;

/** An address that opens a new mail (RFC 6068), or null where it would be too long for some programs. */
export function mailtoOf({ subject, text }: Letter): string | null {
  const body = text.replaceAll('\n', '\r\n');
  const address = `mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`;
  return address.length <= MAX_MAILTO ? address : null;
}

/**
 * The letter as a file that a mail program opens as a draft. `X-Unsent` makes Outlook offer Send:
 * https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxcmail
 */
export function draftOf({ subject, text }: Letter): string {
  const lines = [
    'X-Unsent: 1',
    `Subject: ${headerText(subject)}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    ...(Buffer.from(text.replaceAll('\n', '\r\n'), 'utf8')
      .toString('base64')
      .match(/.{1,76}/g) ?? []),
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** A header's value: as it is where it is plain and short, as encoded words (RFC 2047) elsewhere. */
function headerText(value: string): string {
  if (/^[\x20-\x7e]{0,60}$/.test(value) && !value.includes('=?')) return value;
  const words: string[] = [];
  let word = '';
  for (const character of value) {
    // 39 bytes become 52 characters of base64: with what stands around them, the header's name too, a line has 73 at most.
    if (Buffer.byteLength(word + character, 'utf8') > 39) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word].map((part) => `=?UTF-8?B?${Buffer.from(part, 'utf8').toString('base64')}?=`).join('\r\n ');
}
