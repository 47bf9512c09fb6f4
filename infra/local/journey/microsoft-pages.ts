// What a person does on Microsoft's pages of the simulator: pick an account, approve, accept.
import type { HttpBrowser, Page, Visit } from './http-browser.ts';

/**
 * Goes through Microsoft's pages from the newest page on: picks `upn`, approves MFA, and accepts (or cancels) what is
 * asked. Gives the first page that none of these appear on.
 */
export async function passMicrosoft(
  browser: HttpBrowser,
  upn: string,
  options: { consent?: 'accept' | 'cancel' } & Visit = {},
): Promise<Page> {
  const { consent = 'accept', ...visit } = options;
  let picked = false;
  for (let step = 0; step < 8; step += 1) {
    const { document } = browser.page();
    const shown = (name: string) => document?.querySelector(`input[name=step][value=${name}]`) != null;
    if (shown('consent')) await browser.submit(formWith('consent'), { answer: consent }, visit);
    else if (shown('approve')) await browser.submit(formWith('approve'), {}, visit);
    else if (shown('pick') && !picked) {
      picked = true;
      await browser.submit(formWith('pick'), { account: upn }, visit);
    } else return browser.page();
  }
  throw new Error(`Microsoft's pages do not end: ${browser.page().url.href}`);
}

function formWith(step: string): string {
  return `form:has(input[name=step][value=${step}])`;
}
