// The one script, served at /assets/tenantry.js. Pages work without it: it only refreshes what is under way, copies an
// address and closes menus. Plain text here, because no build step stands between it and the browser.

export const script = `
'use strict';
// <div data-poll="3000"> asks for the page again and takes over the parts that carry an id and data-live.
for (const root of document.querySelectorAll('[data-poll]')) {
  const delayMs = Number(root.dataset.poll);
  const again = async () => {
    try {
      const answer = await fetch(location.href, { headers: { 'x-tenantry-poll': '1' }, credentials: 'same-origin' });
      if (answer.ok) {
        const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
        for (const live of document.querySelectorAll('[data-live]')) {
          const fresh = next.getElementById(live.id);
          if (fresh && fresh.innerHTML !== live.innerHTML && !live.contains(document.activeElement)) live.innerHTML = fresh.innerHTML;
        }
        if (!next.querySelector('[data-poll]')) return;
      }
    } catch {}
    setTimeout(again, delayMs);
  };
  setTimeout(again, delayMs);
}
document.addEventListener('click', async (event) => {
  const copy = event.target.closest('[data-copy]');
  if (copy) {
    const field = document.getElementById(copy.dataset.copy);
    await navigator.clipboard.writeText(field.value).catch(() => field.select());
    copy.textContent = 'Copied';
  }
  for (const menu of document.querySelectorAll('details.menu[open]')) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  for (const menu of document.querySelectorAll('details.menu[open]')) {
    menu.open = false;
    menu.querySelector('summary').focus();
  }
});
`;
