/** The one style of all pages, inlined: its hash is what the Content-Security-Policy lets in. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --text: #1b2430; --dim: #566273; --page: #fff; --card: #f6f8fa; --line: #dde3ea; --accent: #0b57a4; --on-accent: #fff;
  --effective: #2f6fb0; --marginal: #9a6700; --good: #1a7f4b; --bad: #b3261e; --warning: #9a6700;
  --notice: #fdf6e3; --notice-line: #e3cf94; --alarm: #fdf0ee; --alarm-line: #e8b7b1;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e6ebf2; --dim: #a0acba; --page: #11151b; --card: #181e26; --line: #2c3642; --accent: #86bdf3; --on-accent: #0c1219;
    --effective: #6fa8dc; --marginal: #e0ab4b; --good: #5fce95; --bad: #ff9c8f; --warning: #eab25a;
    --notice: #241f12; --notice-line: #57481d; --alarm: #2a1715; --alarm-line: #63302a;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; color: var(--text); background: var(--page); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; }
a { color: var(--accent); text-underline-offset: .15em; text-decoration-thickness: 1px; }
a:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible, summary:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -100vw; } .skip:focus { left: 1rem; top: .5rem; background: var(--page); padding: .3rem .6rem; z-index: 1; }
.top, main, .foot { max-width: 72rem; margin: 0 auto; padding: 0 1.25rem; }
.top { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1.5rem; padding-top: 1rem; padding-bottom: .75rem; }
.bar { border-bottom: 1px solid var(--line); }
.brand { font-weight: 650; color: var(--text); text-decoration: none; letter-spacing: -.01em; }
.who { margin-left: auto; display: flex; flex-wrap: wrap; gap: .25rem .8rem; align-items: baseline; color: var(--dim); font-size: .9rem; }
.who form { display: inline; }
nav.pages { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; flex-basis: 100%; font-size: .93rem; }
nav.pages a { color: var(--dim); text-decoration: none; padding: .15rem 0; border-bottom: 2px solid transparent; }
nav.pages a:hover { color: var(--text); }
nav.pages a[aria-current] { color: var(--text); border-color: var(--accent); }
main { padding-top: 1.5rem; padding-bottom: 3rem; }
h1 { font-size: 1.6rem; line-height: 1.2; letter-spacing: -.015em; margin: 0 0 .3rem; overflow-wrap: anywhere; }
h2 { font-size: 1.08rem; margin: 2.2rem 0 .5rem; letter-spacing: -.005em; }
h3 { font-size: .95rem; margin: 1.4rem 0 .3rem; }
p { margin: .4rem 0; max-width: 46rem; } .dim { color: var(--dim); } small { font-size: .86em; }
.crumbs { font-size: .88rem; color: var(--dim); margin-bottom: .5rem; }
.lead { color: var(--dim); margin-bottom: 1.2rem; }
code, .id { font: .9em ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 0; margin: 1.2rem 0 1.6rem; border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); }
.tiles > div { padding: .8rem 1rem .8rem 0; }
.tiles dt { color: var(--dim); font-size: .86rem; } .tiles dd { margin: 0; font-size: 1.45rem; letter-spacing: -.01em; font-variant-numeric: tabular-nums; line-height: 1.3; }
.tiles dd small { display: block; font-size: .82rem; color: var(--dim); letter-spacing: 0; }
.filter { display: flex; flex-wrap: wrap; gap: .6rem .9rem; align-items: end; padding: .9rem 1rem; background: var(--card); border-radius: 6px; margin: 1rem 0; }
label { display: block; font-size: .82rem; color: var(--dim); margin-bottom: .1rem; }
label.check { font-size: inherit; color: inherit; display: inline; } input[type=checkbox] { height: auto; }
input, select, button { font: inherit; color: var(--text); background: var(--page); border: 1px solid var(--line); border-radius: 5px; padding: .35rem .5rem; max-width: 100%; height: 2.3rem; }
input, select { border-color: color-mix(in srgb, var(--dim) 55%, var(--line)); }
button, .button { cursor: pointer; background: var(--accent); border: 1px solid var(--accent); color: var(--on-accent); padding: .35rem .9rem; border-radius: 5px; text-decoration: none; display: inline-block; }
button.plain { background: none; border: 0; color: var(--accent); padding: 0; height: auto; text-decoration: underline; text-underline-offset: .15em; text-decoration-thickness: 1px; }
.presets { font-size: .88rem; display: flex; flex-wrap: wrap; gap: .2rem .9rem; margin: .3rem 0 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .4rem 0 1rem; font-variant-numeric: tabular-nums; font-size: .93rem; }
caption { text-align: left; color: var(--dim); font-size: .86rem; padding: 0 0 .35rem; }
th, td { text-align: left; vertical-align: baseline; padding: .42rem .9rem .42rem 0; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-weight: 500; color: var(--dim); font-size: .84rem; vertical-align: bottom; line-height: 1.3; }
thead th a { color: inherit; } thead th[aria-sort] a { color: var(--text); text-decoration: none; }
tbody th { font-weight: 400; overflow-wrap: anywhere; }
.number { text-align: right; white-space: nowrap; }
.brief { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 0 3rem; }
.brief td.number { width: 7.5rem; }
thead .number { white-space: normal; }
.date { white-space: nowrap; } table.items tbody th { min-width: 11rem; }
tfoot th, tfoot td { font-weight: 600; border-bottom: 0; }
tr.of-note td, tr.of-note th { color: var(--dim); }
.absent { color: var(--dim); font-style: italic; }
.evidence { display: inline-block; font-size: .78rem; color: var(--dim); border: 1px solid var(--line); border-radius: 99px; padding: 0 .5em; white-space: nowrap; }
.evidences { display: inline-flex; flex-wrap: wrap; gap: .2rem .3rem; }
.over { color: var(--bad); } .near { color: var(--warning); } .well { color: var(--good); }
.banner { border: 1px solid var(--notice-line); background: var(--notice); border-radius: 6px; padding: .7rem 1rem; margin: 0 0 1.2rem; }
.banner.alarm { border-color: var(--alarm-line); background: var(--alarm); }
.banner p { margin: .15rem 0; max-width: none; }
figure { margin: 1rem 0; } figcaption { font-size: .88rem; color: var(--dim); display: flex; flex-wrap: wrap; gap: .1rem 1.2rem; margin-bottom: .3rem; }
.key::before { content: ""; display: inline-block; width: .75em; height: .75em; margin-right: .45em; border-radius: 2px; background: currentColor; }
.key.effective::before { background: var(--effective); } .key.marginal::before { background: var(--marginal); height: 2px; vertical-align: middle; }
.key.up::before { background: var(--bad); } .key.down::before { background: var(--good); } .key.limit::before { background: var(--bad); width: 2px; }
svg { display: block; width: 100%; height: auto; font-family: inherit; } svg text { font-family: inherit; font-variant-numeric: tabular-nums; }
.chart-narrow { display: none; }
details > summary { cursor: pointer; color: var(--accent); font-size: .9rem; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.4rem; margin: 1rem 0; }
dl.facts dt { color: var(--dim); } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.paging { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; font-size: .92rem; align-items: baseline; }
.foot { border-top: 1px solid var(--line); color: var(--dim); font-size: .85rem; padding-top: .8rem; padding-bottom: 2rem; }
.narrow { max-width: 24rem; margin: 8vh auto; padding: 0 1.25rem; } .narrow input { width: 100%; margin-bottom: .8rem; }
@media (max-width: 40rem) {
  .chart-wide { display: none; } .chart-narrow { display: block; }
  .top, main, .foot { padding-left: 1rem; padding-right: 1rem; }
  .who { margin-left: 0; flex-basis: 100%; }
  .filter > div { flex: 1 1 7.5rem; min-width: 0; } .filter > div:last-child { flex-basis: 100%; } .filter input, .filter select { width: 100%; }
  .tiles { grid-template-columns: 1fr 1fr; } .tiles dd { font-size: 1.2rem; }
  dl.facts { grid-template-columns: 1fr; gap: 0; } dl.facts dd { margin-bottom: .5rem; }
  table.stack, table.stack tbody, table.stack tfoot, table.stack tr { display: block; }
  table.stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table.stack tr { border-bottom: 1px solid var(--line); padding: .55rem 0; }
  table.stack td, table.stack tbody th, table.stack tfoot th { display: flex; justify-content: space-between; gap: 1rem; border: 0; padding: .08rem 0; text-align: right; white-space: normal; overflow-wrap: anywhere; }
  table.stack tbody th, table.stack tfoot th { text-align: left; font-weight: 600; }
  .evidences { justify-content: flex-end; }
  table.stack td[data-label]::before { content: attr(data-label); color: var(--dim); text-align: left; flex: none; max-width: 60%; }
  table.stack td:empty { display: none; }
}
@media print {
  :root { color-scheme: light; --text: #000; --dim: #444; --page: #fff; --card: #fff; --line: #bbb; --accent: #000; --effective: #2f6fb0; --marginal: #9a6700; --notice: #fff; --alarm: #fff; }
  @page { margin: 16mm 14mm; }
  body { font-size: 10pt; } nav.pages, .filter, .presets, .paging, .skip, .who form, .no-print { display: none; }
  .top, main, .foot { max-width: none; padding-left: 0; padding-right: 0; }
  a { color: inherit; text-decoration: none; } tr, figure, .tiles, .banner { break-inside: avoid; } thead { display: table-header-group; } h2, h3 { break-after: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; } details > summary { list-style: none; color: var(--dim); }
}
`;
