// A person who presses Sync now, over the API, while everything else goes on. Sessions end and Microsoft fails: then the
// person signs in again, or comes back later.
import { type HttpBrowser, openBrowser } from '../../infra/local/journey/http-browser.ts';
import { type JourneyPlace, readAccounts, serviceAccountOf } from '../../infra/local/journey/journey.ts';
import { passMicrosoft } from '../../infra/local/journey/microsoft-pages.ts';

export interface Presser {
  /** Presses the button of one customer. */
  press(tenantId: string): Promise<void>;
  /** How many presses were taken (202), refused (409: the customer may not sync now) and lost. */
  readonly presses: { taken: number; refused: number; lost: number };
}

export async function openPresser(place: JourneyPlace): Promise<Presser> {
  const account = serviceAccountOf(await readAccounts(place));
  const presses = { taken: 0, refused: 0, lost: 0 };
  let browser: HttpBrowser | undefined;
  let csrfToken: string | undefined;
  const signIn = async (): Promise<void> => {
    browser = openBrowser({ origins: [place.portal, place.login] });
    await browser.get(`${place.portal}/sign-in`);
    await browser.submit('form[action="/sign-in/start"]');
    await passMicrosoft(browser, account.upn);
    const { text } = await browser.fetch('GET', `${place.portal}/api/v1/session`);
    csrfToken = String(Object(JSON.parse(text)).csrfToken ?? '') || undefined;
  };
  const press = async (tenantId: string): Promise<number> => {
    if (!browser || !csrfToken) await signIn();
    if (!browser || !csrfToken) throw new Error('The sign-in did not succeed.');
    const headers = { 'x-csrf-token': csrfToken };
    const address = `${place.portal}/api/v1/customers/${tenantId}/sync`;
    const { status } = await browser.fetch('POST', address, { headers });
    if (status === 401 || status === 403) csrfToken = undefined;
    return status;
  };
  return {
    presses,
    async press(tenantId) {
      const status = await press(tenantId).catch(() => 0);
      if (status === 202) presses.taken += 1;
      else if (status === 409) presses.refused += 1;
      else presses.lost += 1;
    },
  };
}
