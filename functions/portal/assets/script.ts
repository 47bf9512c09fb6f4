// The one script, served at /assets/tenantry.js. Pages work without it: it only keeps current what is under way, copies an
// address and eases menus. Plain text here, because no build step stands between it and the browser.

export const script = `
'use strict';
// While a part carries data-poll, the page is asked for again and everything data-live takes over what is new in it.
const live = () => document.querySelectorAll('[data-live]');
const inUse = (part) => part.contains(document.activeElement) || part.querySelector('details[open]') !== null;
const takeOver = (next) => {
  for (const part of live()) {
    const fresh = next.getElementById(part.id);
    if (!fresh || inUse(part)) continue;
    if (fresh.innerHTML !== part.innerHTML) part.innerHTML = fresh.innerHTML;
    if ('poll' in part.dataset && !('poll' in fresh.dataset)) delete part.dataset.poll;
  }
  document.title = next.title;
};
const follow = (delayMs) => setTimeout(async () => {
  try {
    const answer = await fetch(location.href, { headers: { 'x-tenantry-poll': '1' }, credentials: 'same-origin' });
    if (answer.redirected) return;
    if (answer.ok) takeOver(new DOMParser().parseFromString(await answer.text(), 'text/html'));
  } catch {}
  if (document.querySelector('[data-poll]')) follow(Math.min(delayMs * 1.2, 15000));
}, delayMs);
const polled = document.querySelector('[data-poll]');
if (polled) follow(Number(polled.dataset.poll));

// The page that a customer sees once says so when a person sees it: a scanner that only follows the link does not.
const seen = document.querySelector('[data-seen]');
if (seen) {
  const signs = ['pointermove', 'pointerdown', 'keydown', 'scroll', 'touchstart'];
  const tell = () => {
    if (document.visibilityState !== 'visible' || !seen.dataset.seen) return;
    fetch(seen.dataset.seen, { method: 'POST', credentials: 'same-origin' }).catch(() => {});
    seen.dataset.seen = '';
  };
  for (const sign of signs) addEventListener(sign, tell, { passive: true });
  setTimeout(tell, 4000);
}

// A box that ticks all others of a name.
for (const all of document.querySelectorAll('[data-tick-all]'))
  all.addEventListener('change', () => {
    for (const box of document.getElementsByName(all.dataset.tickAll)) box.checked = all.checked;
  });

// A form that is sent by itself after some seconds, said aloud. Anything that leads away ends it.
const waiting = document.querySelector('[data-submit-after]');
if (waiting) {
  const words = document.querySelector('[data-countdown]');
  const endMs = Date.now() + Number(waiting.dataset.submitAfter) * 1000;
  const send = setTimeout(() => waiting.requestSubmit(), endMs - Date.now());
  const count = setInterval(() => {
    if (words) words.textContent = words.textContent.replace(/[0-9]+(?= second)/, Math.max(0, Math.ceil((endMs - Date.now()) / 1000)));
  }, 1000);
  const end = () => { clearTimeout(send); clearInterval(count); };
  document.addEventListener('submit', end);
  addEventListener('pagehide', end);
}

const openMenus = () => document.querySelectorAll('details.menu[open]');
document.addEventListener('click', async (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
  const copy = event.target.closest('[data-copy]');
  if (!copy) return;
  const field = document.getElementById(copy.dataset.copy);
  field.select();
  await navigator.clipboard.writeText(field.value).then(() => { copy.textContent = 'Copied'; }, () => {});
});
document.addEventListener('keydown', (event) => {
  const menu = event.target.closest('details.menu');
  if (event.key === 'Escape') {
    for (const term of document.querySelectorAll('.term')) term.classList.add('hushed');
    for (const open of openMenus()) {
      open.open = false;
      open.querySelector('summary').focus();
    }
  } else if (menu && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
    event.preventDefault();
    menu.open = true;
    const items = [...menu.querySelectorAll('a, button')];
    const step = event.key === 'ArrowDown' ? 1 : -1;
    const at = items.indexOf(document.activeElement);
    items.at(at < 0 && step < 0 ? -1 : (at + step) % items.length).focus();
  }
});
// A meaning that Escape has hidden shows again when its word is pointed at or focused anew.
for (const kind of ['pointerover', 'focusin'])
  document.addEventListener(kind, (event) => {
    const at = event.target instanceof Element ? event.target.closest('.term') : null;
    for (const term of document.querySelectorAll('.hushed')) if (kind === 'focusin' || term !== at) term.classList.remove('hushed');
  });
// Tabbing out of a menu closes it.
document.addEventListener('focusin', (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});
`;
