// The one stylesheet. Served at /assets/tenantry.css; light and dark by the reader's preference. portal.md, "Look".

export const styles = `
:root {
  color-scheme: light dark;
  --accent: #0f6cbd; --accent-hover: #0c5aa0; --on-accent: #ffffff;
  --page: #fafafa; --surface: #ffffff; --sunken: #f3f2f1; --hover: #f5f5f5;
  --text: #242424; --quiet: #5c5c5c; --line: #d6d6d6; --line-strong: #8a8a8a;
  --done: #0b6a0b; --done-soft: #e7f4e7; --working: #0f5ea3; --working-soft: #e5f0fa;
  --soon: #8a4b00; --soon-soft: #fff3e0; --person: #b10e1c; --person-soft: #fdecee;
  --idle: #5c5c5c; --idle-soft: #efefef; --bar: #0f6cbd; --bar-rest: #c7e0f4;
  --shadow: 0 4px 16px rgb(0 0 0 / 0.16);
}
@media (prefers-color-scheme: dark) {
  :root {
    --accent: #479ef5; --accent-hover: #62abf5; --on-accent: #0a0a0a;
    --page: #141414; --surface: #1f1f1f; --sunken: #292929; --hover: #2b2b2b;
    --text: #f5f5f5; --quiet: #b8b8b8; --line: #3d3d3d; --line-strong: #7a7a7a;
    --done: #6ccb6c; --done-soft: #14301a; --working: #7fbcf5; --working-soft: #10283d;
    --soon: #ffb45c; --soon-soft: #3a2608; --person: #ff99a1; --person-soft: #3f1418;
    --idle: #b8b8b8; --idle-soft: #333333; --bar: #479ef5; --bar-rest: #234f78;
    --shadow: 0 4px 16px rgb(0 0 0 / 0.6);
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 14px/20px system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
h1 { font-size: 24px; line-height: 32px; font-weight: 600; margin: 0; }
h2 { font-size: 16px; line-height: 24px; font-weight: 600; margin: 32px 0 8px; }
h1, h2 { overflow-wrap: anywhere; }
section[id], tr[id] { scroll-margin-top: 16px; }
p { margin: 0 0 12px; max-width: 72ch; }
ul, ol { margin: 0 0 12px; padding-left: 24px; }
li { margin: 4px 0; }
a { color: var(--accent); text-underline-offset: 2px; }
a:hover { color: var(--accent-hover); }
code { font: 13px/20px ui-monospace, "Cascadia Mono", Consolas, monospace; overflow-wrap: anywhere; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: -9999px; top: 8px; background: var(--surface); padding: 8px 12px; z-index: 9; }
.skip:focus { left: 8px; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.quiet { color: var(--quiet); }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.nowrap { white-space: nowrap; }

.shell { display: grid; grid-template-columns: 220px minmax(0, 1fr); min-height: 100vh; }
.shell > nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; background: var(--sunken); border-right: 1px solid var(--line); padding: 16px 8px; display: flex; flex-direction: column; gap: 2px; }
.brand { font-size: 16px; line-height: 24px; font-weight: 600; padding: 4px 12px 16px; color: var(--text); text-decoration: none; }
.shell > nav a.item { display: block; padding: 6px 12px; border-radius: 4px; color: var(--text); text-decoration: none; min-height: 32px; }
.shell > nav a.item:hover { background: var(--hover); }
.shell > nav a.item[aria-current="page"] { background: var(--surface); font-weight: 600; box-shadow: inset 3px 0 0 var(--accent); }
.shell > nav .who { margin-top: auto; padding: 16px 12px 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.shell > main { padding: 24px 32px 64px; max-width: 1264px; min-width: 0; }
.head { display: flex; flex-wrap: wrap; gap: 12px 16px; align-items: center; justify-content: space-between; margin-bottom: 16px; }
.actions { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
@media (max-width: 720px) {
  .shell { display: block; }
  .shell > nav { position: static; height: auto; flex-direction: row; flex-wrap: wrap; align-items: center; border-right: 0; border-bottom: 1px solid var(--line); padding: 8px; }
  .brand { padding: 4px 8px; }
  .shell > nav a.item { padding: 6px 8px; }
  .shell > nav a.item[aria-current="page"] { box-shadow: inset 0 -3px 0 var(--accent); }
  .shell > nav .who { margin: 0; border: 0; padding: 4px 12px; flex-basis: 100%; display: flex; gap: 12px; align-items: center; justify-content: space-between; }
  .shell > main { padding: 16px; }
}

.roomy { max-width: 680px; margin: 0 auto; padding: 48px 24px 96px; font-size: 16px; line-height: 24px; }
.roomy h1 { font-size: 28px; line-height: 36px; margin-bottom: 16px; }
.roomy h2 { font-size: 18px; margin: 28px 0 8px; }
.roomy .brand { padding: 0 0 32px; display: block; }

.button, button {
  overflow-wrap: normal; font: inherit; font-weight: 600; min-height: 32px; padding: 5px 12px; border-radius: 4px; cursor: pointer;
  border: 1px solid var(--line-strong); background: var(--surface); color: var(--text); text-decoration: none; display: inline-block;
}
.button:hover, button:hover { background: var(--hover); color: var(--text); }
.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.primary:hover { background: var(--accent-hover); border-color: var(--accent-hover); color: var(--on-accent); }
.danger, .button.danger { color: var(--person); border-color: var(--person); }
.plain { border-color: transparent; background: transparent; font-weight: 400; color: var(--accent); padding: 2px 0; min-height: 24px; }
.roomy .button, .roomy button.primary { font-size: 16px; padding: 9px 20px; }
form.inline { display: inline; margin: 0; }

.card { background: var(--surface); border: 1px solid var(--line); border-radius: 4px; padding: 16px; margin-bottom: 16px; }
.split { display: flex; flex-wrap: wrap; gap: 12px 16px; justify-content: space-between; align-items: center; }
#gdap > .split h2 { margin: 0; }
.card > .split:has(+ p) { margin-bottom: 8px; }
#way form + p { margin-top: 8px; }
#way form + form { margin-top: 12px; padding-bottom: 0; }
.card p:last-child, .card .banner:last-child { margin-bottom: 0; }
.card .banner, .card .aside, .card .progress { margin-top: 12px; }
.title { margin-bottom: 4px; }
.crumb { margin-bottom: 4px; }
.standing { display: flex; flex-wrap: wrap; gap: 8px 12px; align-items: center; margin-bottom: 12px; }
.figure { margin-left: 12px; font-size: 14px; font-weight: 400; color: var(--quiet); }
.figures { display: flex; flex-wrap: wrap; gap: 8px 40px; margin: 0 0 24px; }
.figures div { display: flex; flex-direction: column-reverse; }
.figures dt { color: var(--quiet); }
.figures dd { margin: 0; font-size: 20px; line-height: 28px; font-weight: 600; font-variant-numeric: tabular-nums; }
.contents { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 24px 0 -16px; }
.contents a { min-height: 24px; }
.tag { display: inline-block; border: 1px solid var(--line-strong); border-radius: 4px; padding: 0 6px; font-size: 12px; line-height: 16px; font-weight: 400; color: var(--quiet); }
.under-way p { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; color: var(--working); }
.spinner { width: 14px; height: 14px; border-radius: 50%; border: 2px solid var(--bar-rest); border-top-color: var(--working); }
@media (prefers-reduced-motion: no-preference) { .spinner { animation: turn 1.2s linear infinite; } }
@keyframes turn { to { transform: rotate(360deg); } }
.card h2, .card h3 { margin-top: 0; }
.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 16px; margin: 0; }
.facts.card { margin-bottom: 16px; }
.facts dt { color: var(--quiet); }
.facts dd { margin: 0; overflow-wrap: anywhere; }

.status { display: inline-flex; align-items: center; gap: 6px; overflow-wrap: normal; border-radius: 4px; padding: 1px 8px 1px 6px; font-weight: 600; }
.status svg { flex: none; width: 14px; height: 14px; }
.status.done { color: var(--done); background: var(--done-soft); }
.status.working { color: var(--working); background: var(--working-soft); }
.status.soon { color: var(--soon); background: var(--soon-soft); }
.status.needsPerson { color: var(--person); background: var(--person-soft); }
.status.notStarted { color: var(--idle); background: var(--idle-soft); }
.note { display: block; color: var(--quiet); font-size: 12px; line-height: 16px; font-weight: 400; margin: 2px 0 0; }

.banner { border: 1px solid var(--line); border-left: 4px solid var(--working); background: var(--surface); border-radius: 4px; padding: 12px 16px; margin-bottom: 16px; }
.banner.done { border-left-color: var(--done); }
.banner.soon { border-left-color: var(--soon); }
.banner.needsPerson { border-left-color: var(--person); }
.banner p:last-child { margin-bottom: 0; }

.filters { display: flex; flex-wrap: wrap; gap: 8px 12px; align-items: center; justify-content: space-between; margin: 16px 0 8px; }
.groups { display: flex; flex-wrap: wrap; gap: 4px; }
.groups a { padding: 4px 12px; border-radius: 4px; color: var(--text); text-decoration: none; border: 1px solid transparent; min-height: 30px; }
.groups a:hover { background: var(--hover); }
.groups a[aria-current="true"] { border-color: var(--accent); color: var(--accent); font-weight: 600; }
.groups.statuses { flex-basis: 100%; }
.groups.statuses a { padding: 3px 8px 3px 3px; display: inline-flex; gap: 6px; align-items: center; }
.groups.statuses a:not(:has(.status)) { padding-left: 8px; }
.tally { font-variant-numeric: tabular-nums; }
.find { margin-bottom: 8px; }

/* Tables: the page scrolls, so that the header can stick; where a table gets narrow its rows become cards. */
.table { container-type: inline-size; border: 1px solid var(--line); border-radius: 4px; background: var(--surface); }
table { border-collapse: separate; border-spacing: 0; width: 100%; }
caption { text-align: left; padding: 8px 12px; color: var(--quiet); }
th, td { text-align: left; vertical-align: top; padding: 8px 8px; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
tr > :first-child { padding-left: 12px; }
tr > :last-child { padding-right: 12px; }
tbody tr:last-child > * { border-bottom: 0; }
tbody tr:hover { background: var(--hover); }
thead th { position: sticky; top: 0; background: var(--sunken); font-weight: 600; z-index: 1; overflow-wrap: normal; }
table:not(:has(caption)) thead th:first-child { border-top-left-radius: 3px; }
table:not(:has(caption)) thead th:last-child { border-top-right-radius: 3px; }
thead th.number, td.number { text-align: right; }
thead th.wide { width: 30%; }
thead th a { color: var(--text); text-decoration: none; display: inline-block; min-height: 24px; }
thead th a:hover { text-decoration: underline; }
tbody th { font-weight: 600; min-width: 152px; }
.sorts thead th { padding-top: 4px; padding-bottom: 4px; }
td.menus { padding: 4px; text-align: right; width: 48px; }
td.none { padding: 24px 12px; }
td.words { overflow-wrap: break-word; min-width: 72px; }
thead th.number { white-space: normal; }
thead th .note { margin: 0; }
.dense td { font-size: 13px; }
time.late { color: var(--soon); font-weight: 600; }
@container (min-width: 960px) { td > .status, .sorts td.words > time, td[data-label="API"] { white-space: nowrap; } }
@container (max-width: 820px) {
  .cards, .cards tbody, .cards thead, .cards caption, .cards thead tr { display: block; }
  .cards thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .cards tbody tr { display: grid; grid-template-columns: repeat(auto-fill, minmax(144px, 1fr)); padding: 8px 4px; border-bottom: 1px solid var(--line); position: relative; }
  .cards tbody tr:last-child { border-bottom: 0; }
  .cards tbody tr > * { display: block; border: 0; padding: 4px 8px; text-align: left; width: auto; min-width: 0; }
  .cards tbody th { grid-column: 1 / -1; font-size: 16px; }
  .cards tbody tr:has(.menus) th { padding-right: 56px; }
  .cards td[data-label]::before { content: attr(data-label); display: block; color: var(--quiet); font-size: 12px; line-height: 16px; }
  .cards td[data-label]:only-of-type, .cards td.wide, .cards td[data-label="Next"] { grid-column: 1 / -1; }
  .cards td[data-label]:has(> .nothing:only-child) { display: none; }
  .cards td.menus { position: absolute; right: 4px; top: 4px; }
  .cards td.pick { position: absolute; left: 4px; top: 8px; }
  .cards tbody tr:has(.pick) th { padding-left: 44px; }
  .cards.sorts thead { position: static; width: auto; height: auto; clip-path: none; border-bottom: 1px solid var(--line); }
  .cards.sorts thead tr { display: flex; flex-wrap: wrap; gap: 0 16px; padding: 4px 12px 8px; }
  .cards.sorts thead tr::before { content: "Sort by"; color: var(--quiet); padding-top: 2px; }
  .cards.sorts thead th { position: static; background: none; border: 0; padding: 2px 0; }
  .cards.sorts thead th:not(:has(a)), .cards.sorts thead .note { display: none; }
}
.pages { display: flex; gap: 12px; align-items: center; margin-top: 12px; }

details.menu { position: relative; display: inline-block; }
details.menu > summary { list-style: none; cursor: pointer; min-width: 32px; min-height: 32px; text-align: center; border-radius: 4px; padding: 4px 8px; border: 1px solid transparent; font-weight: 600; }
details.menu > summary::-webkit-details-marker { display: none; }
details.menu > summary:hover, details.menu[open] > summary { background: var(--hover); border-color: var(--line); }
details.menu > div { position: absolute; right: 0; top: 100%; z-index: 5; min-width: 220px; background: var(--surface); border: 1px solid var(--line); border-radius: 4px; box-shadow: var(--shadow); padding: 4px; text-align: left; }
details.menu a, details.menu button { display: block; width: 100%; text-align: left; border: 0; background: none; color: var(--text); font-weight: 400; padding: 6px 12px; border-radius: 4px; text-decoration: none; min-height: 32px; }
details.menu a:hover, details.menu button:hover { background: var(--hover); }

details.button-menu > summary { padding: 5px 12px; border: 1px solid var(--accent); text-align: left; }
details.button-menu > summary:hover, details.button-menu[open] > summary { background: var(--accent-hover); border-color: var(--accent-hover); }
details.button-menu > div { min-width: 280px; }
details.menu .danger { color: var(--person); border: 0; }
details.menu .off { display: block; padding: 6px 12px; color: var(--quiet); }

.field { margin-bottom: 16px; max-width: 480px; }
.field select { width: 100%; }
[aria-invalid="true"] { border-color: var(--person) !important; outline-color: var(--person); }
.banner:focus { outline: none; }
.banner:focus-visible { outline: 2px solid var(--person); }
.banner ul, .banner ol { margin-bottom: 0; }
.confirm { margin-top: 12px; }
.confirm summary { color: var(--person); cursor: pointer; min-height: 24px; width: fit-content; }
.confirm form { margin-top: 8px; }
@media (scripting: none) { .scripted { display: none; } }
.field > label { display: block; font-weight: 600; margin-bottom: 4px; }
.field .help { display: block; color: var(--quiet); font-size: 12px; line-height: 16px; margin-top: 4px; }
.field .error, .tick .error { display: block; color: var(--person); margin-top: 4px; }
input[type="text"], input[type="search"], input[type="number"], input[type="email"], input[type="password"], input[type="date"], select, textarea {
  font: inherit; min-height: 32px; max-width: 100%; padding: 5px 8px; color: var(--text); background: var(--surface);
  border: 1px solid var(--line-strong); border-radius: 4px;
}
.field input, .copy input { width: 100%; }
ul.warnings { list-style: none; margin: 0; padding: 0; display: grid; gap: 8px; }
input[type="search"] { width: 220px; }
.tick { display: flex; gap: 8px; align-items: flex-start; max-width: 72ch; margin-bottom: 16px; }
.tick input { width: 20px; height: 20px; margin: 0; flex: none; }
.copy { display: flex; gap: 8px; max-width: 640px; }

textarea { width: 100%; }
.field:has(textarea), .field.wide, .field.wide .copy { max-width: 800px; }
section + form.card { margin-top: 16px; }
.preserved { white-space: pre-wrap; overflow-wrap: anywhere; }
.lead { font-size: 16px; line-height: 24px; }
.pick { width: 40px; }
.pick input { width: 24px; height: 24px; margin: 0; accent-color: var(--accent); }
td .actions { gap: 0 12px; }
td .copy { margin-bottom: 4px; }
.after { margin: 8px 0; }
#run .actions { margin: 12px 0 4px; }

.bar { display: block; width: 100%; min-width: 120px; height: 8px; border-radius: 4px; }
.bar .rest { fill: var(--bar-rest); }
.bar .used { fill: var(--bar); }
.bar .over { fill: var(--person); }
.progress { display: block; width: 100%; max-width: 320px; height: 8px; accent-color: var(--accent); }
.timeline { list-style: none; padding: 0; }
.timeline li { padding-left: 16px; border-left: 2px solid var(--line); margin: 0; padding-bottom: 12px; }

.more { margin-top: 12px; }
.more > summary { color: var(--accent); cursor: pointer; min-height: 24px; width: fit-content; }
.relationship { border-top: 1px solid var(--line); padding: 12px 0; }
.relationship h3, .act h3 { font-size: 14px; line-height: 20px; margin: 0 0 4px; }
.relationship .copy, .relationship form { display: flex; margin-top: 8px; }
.groups + .table, .groups + .card, .table + p { margin-top: 12px; }
.approval { margin: 12px 0 4px; }
ul.tallies { list-style: none; padding: 0; margin: 8px 0; display: flex; flex-wrap: wrap; gap: 4px 16px; }
.act { border-top: 1px solid var(--line); padding: 12px 0; }
#gdap .table { margin: 12px 0; }
fieldset { border: 1px solid var(--line); border-radius: 4px; padding: 8px 12px; margin: 12px 0; min-width: 0; }
fieldset.roles { display: grid; grid-template-columns: repeat(auto-fill, minmax(240px, 1fr)); gap: 4px 16px; }
fieldset.choices label { display: block; margin: 4px 0 12px 32px; text-indent: -32px; }
fieldset.choices .note { text-indent: 0; }
fieldset label { min-height: 24px; }
input[type="radio"], fieldset input[type="checkbox"], tbody input[type="checkbox"] { width: 24px; height: 24px; margin: 0 4px 0 0; vertical-align: middle; accent-color: var(--accent); }
.reason { display: block; }

.steps { list-style: none; padding: 0; margin: 0 0 16px; display: grid; grid-template-columns: repeat(auto-fit, minmax(148px, 1fr)); gap: 8px; }
.steps li { margin: 0; border: 1px solid var(--line); border-radius: 4px; background: var(--surface); padding: 8px; display: flex; flex-direction: column; align-items: flex-start; justify-content: space-between; gap: 4px; }
.steps li:has([aria-current]) { border-color: var(--accent); box-shadow: inset 0 3px 0 var(--accent); }
.steps a { min-height: 24px; color: var(--text); }
.steps .status { font-size: 12px; padding: 1px 4px; gap: 2px; white-space: nowrap; }
#review > .split { margin-bottom: 8px; }
.steps [aria-current] { font-weight: 600; }
.checklist li { margin: 0 0 12px; }
#gate { margin-top: 16px; }
.choices > legend { font-weight: 600; }
input[type="hidden"]:first-child + fieldset { margin-top: 0; }
.links { display: flex; flex-wrap: wrap; gap: 0 16px; }
.links a { min-height: 24px; }
h3 { font-size: 14px; line-height: 20px; font-weight: 600; margin: 16px 0 8px; overflow-wrap: anywhere; }
.split > h3, .banner > h3 { margin-top: 0; }
button:disabled { opacity: 0.55; cursor: not-allowed; }
fieldset .error { display: block; color: var(--person); }
.term { position: relative; display: inline-block; }
.term > button { border: 0; background: none; padding: 0; min-height: 24px; font-weight: inherit; color: inherit; cursor: help; text-decoration: underline dotted; text-underline-offset: 3px; }
.term > [role="tooltip"] { display: none; position: absolute; left: 0; top: 100%; z-index: 6; width: max-content; max-width: 320px; background: var(--surface); border: 1px solid var(--line); border-radius: 4px; box-shadow: var(--shadow); padding: 8px 12px; font-size: 13px; font-weight: 400; }
.term:not(.hushed):hover > [role="tooltip"], .term:not(.hushed) > button:focus-visible + [role="tooltip"] { display: block; }
@media (max-width: 720px) { .term > [role="tooltip"] { position: fixed; left: 16px; right: 16px; top: auto; bottom: 16px; width: auto; max-width: none; } }
.glossary { grid-template-columns: minmax(0, 16rem) minmax(0, 1fr); gap: 12px 16px; }
.glossary dt { font-weight: 600; color: var(--text); }
@media (max-width: 720px) { .glossary { display: block; } .glossary dd { margin-bottom: 12px; } }

.table-of-contents ol, .table-of-contents ul { margin-bottom: 0; }
.table-of-contents > ol { columns: 2; column-gap: 32px; }
.table-of-contents > ol > li { margin-bottom: 8px; }
.table-of-contents > ol > li:has(ul) { break-inside: avoid; }
@media (max-width: 720px) { .table-of-contents > ol { columns: 1; } }
.table-of-contents a { display: inline-block; padding: 2px 0; vertical-align: top; }
.errors tbody th { min-width: 224px; }
.head input[type="search"] { width: 280px; }
.errors code.reason { overflow-wrap: anywhere; }
.contact-filters { margin: 16px 0; }
.contact-filters .actions { align-items: flex-end; }
.contact-filters .actions > :is(span, a) { padding: 6px 0; }
.filter label { display: block; color: var(--quiet); font-size: 12px; line-height: 16px; margin-bottom: 2px; }
.contact-filters .fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(176px, 1fr)); gap: 8px 12px; align-items: end; margin-top: 8px; }
.contact-filters .fields input, .contact-filters .fields select { width: 100%; }

@media (prefers-reduced-motion: no-preference) { .button, button, .item { transition: background-color 120ms; } }
@media (forced-colors: active) { .status { border: 1px solid; } }
`;
