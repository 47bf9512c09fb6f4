// The name that is typed before something is removed.
import { invalid } from '../../shared/errors.ts';

/** @throws Problem 400 unless the name was typed, in whatever case. */
export function requireTyped(typed: string, name: string): void {
  const plain = (text: string) => text.normalize('NFC').trim().toLocaleLowerCase('en');
  if (plain(typed) !== plain(name))
    throw invalid('Nothing was removed.', 'Type the name to confirm.', { name: `Type "${name}" to confirm.` });
}
