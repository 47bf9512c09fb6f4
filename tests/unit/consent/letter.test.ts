// The mail to a customer: what may stand in it, what is filled in, and its two forms.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  defaultLetter,
  draftOf,
  fillLetter,
  letterInput,
  mailtoOf,
  placeholders,
} from '../../../shared/consent/letter.ts';

const values = {
  customer: 'Fabrikam',
  link: 'https://portal.example/consent/abc',
  expires: '1 March 2027',
  msp: 'Northwind Partners',
  sender: 'Ada',
};

describe('the letter that a campaign begins with', () => {
  it('is one that may be saved, names every placeholder, and fits into a mailto: address', () => {
    expect(letterInput.parse(defaultLetter)).toEqual(defaultLetter);
    for (const name of Object.keys(placeholders))
      expect(`${defaultLetter.subject}${defaultLetter.text}`).toContain(`{${name}}`);
    expect(mailtoOf(fillLetter(defaultLetter, values))).toMatch(/^mailto:\?subject=Northwind%20Partners/);
  });
});

describe('filling in', () => {
  it('puts each value where its name stands, and leaves other braces', () => {
    const letter = { subject: '{customer}', text: '{link} {sender} {msp} {expires} {other} {}' };
    expect(fillLetter(letter, values)).toEqual({
      subject: 'Fabrikam',
      text: 'https://portal.example/consent/abc Ada Northwind Partners 1 March 2027 {other} {}',
    });
  });

  it('takes a name for what it is: no placeholder, no pattern, no second line', () => {
    const odd = { ...values, customer: '{link} $& $1\r\nBcc: all@evil.example\u202e' };
    const { subject } = fillLetter({ subject: '{customer}', text: '{link}' }, odd);
    expect(subject).toBe('{link} $& $1 Bcc: all@evil.example');
  });
});

describe('what somebody writes', () => {
  it.each([
    ['no link', { subject: 'x', text: 'Hello' }, 'text'],
    ['a placeholder that is none', { subject: 'x', text: '{link} {Link}' }, 'text'],
    ['one in the subject', { subject: 'Dear {name}', text: '{link}' }, 'subject'],
    ['no subject', { subject: '  ', text: '{link}' }, 'subject'],
    ['a subject of two lines', { subject: 'a\nBcc: b@c.example', text: '{link}' }, 'subject'],
    ['too much', { subject: 'x', text: `{link}${'a'.repeat(4000)}` }, 'text'],
  ])('is refused with %s', (_what, letter, field) => {
    const parsed = letterInput.safeParse(letter);
    expect(parsed.error?.issues.map(({ path }) => path.join('.'))).toEqual([field]);
  });

  it('has lines as browsers send them', () => {
    expect(letterInput.parse({ subject: 'x', text: ' a\r\nb\rc {link} \n' }).text).toBe('a\nb\nc {link}');
  });
});

/** The value of a header as a mail program reads it: lines joined, encoded words decoded. */
function decoded(header: string): string {
  return header
    .replace(/\r\n /g, ' ')
    .replace(/\?= =\?/g, '?==?')
    .replace(/=\?UTF-8\?B\?([^?]*)\?=/g, (_, word: string) => Buffer.from(word, 'base64').toString('utf8'));
}

describe('a draft', () => {
  it('opens as unsent, with its text and subject whole, whatever stands in them', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 200 }).map((text) => text.replace(/\p{Cc}/gu, ''));
    fc.assert(
      fc.property(line, fc.string({ unit: 'grapheme', maxLength: 500 }), (subject, text) => {
        const file = draftOf({ subject, text });
        const [head = '', ...body] = file.split('\r\n\r\n');
        const lines = file.split('\r\n');
        expect(head).toMatch(/^X-Unsent: 1\r\nSubject: /);
        for (const each of lines) expect(each.length).toBeLessThanOrEqual(78);
        const raw = /\r\nSubject: ([\s\S]*?)\r\nMIME/.exec(head)?.[1] ?? '';
        expect(decoded(raw)).toBe(subject);
        const sent = Buffer.from(body.join(''), 'base64').toString('utf8');
        expect(sent).toBe(text.toWellFormed().replaceAll('\n', '\r\n'));
      }),
    );
  });

  it('has no header line longer than 76, where encoded words are in it (RFC 2047)', () => {
    const subject = '𐀀'.repeat(60);
    const header = draftOf({ subject, text: '' }).split('\r\nMIME')[0] ?? '';
    for (const each of header.split('\r\n')) expect(each.length).toBeLessThanOrEqual(76);
    expect(decoded(header.split('Subject: ')[1] ?? '')).toBe(subject);
  });

  it('is a mailto: address only while every program takes it', () => {
    expect(mailtoOf({ subject: 'x', text: 'a\nb & c' })).toBe('mailto:?subject=x&body=a%0D%0Ab%20%26%20c');
    expect(mailtoOf({ subject: 'x', text: 'ä'.repeat(400) })).toBeNull();
  });
});
