/** The pages' only style sheet: light and dark, from 320 pixels up. */
export const style = `:root {
  color-scheme: light dark;
  --ground: #f4f6f9;
  --card: #ffffff;
  --line: #d9dfe7;
  --edge: #7d8a99;
  --text: #17202c;
  --soft: #4d5b6c;
  --link: #0b5394;
  --good: #10682c;
  --good-ground: #ddf5e3;
  --bad: #a1160f;
  --bad-ground: #fde7e5;
  --busy: #7a4b00;
  --busy-ground: #fff0cf;
  --quiet: #45515f;
  --quiet-ground: #e6ebf1;
  --bar: #3a7fc1;
  --log: #10161e;
  --log-text: #dfe6ee;
  --log-soft: #8695a6;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f141b;
    --card: #171e27;
    --line: #2c3643;
    --edge: #66758a;
    --text: #e6ecf3;
    --soft: #a3b0bf;
    --link: #79b8f3;
    --good: #7fdc98;
    --good-ground: #12351f;
    --bad: #ff9c94;
    --bad-ground: #431814;
    --busy: #f5c66b;
    --busy-ground: #3d2c08;
    --quiet: #b9c4d0;
    --quiet-ground: #283341;
    --bar: #5b9fe0;
    --log: #0a0e13;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--ground);
  color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
  overflow-wrap: anywhere;
}
a { color: var(--link); text-underline-offset: 0.15em; }
a:focus-visible, pre:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible, summary:focus-visible, .log:focus-visible, .scroll:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 4px; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; }
h2 { font-size: 1.05rem; margin: 0 0 0.5rem; }
code, pre { font-family: var(--mono); font-size: 0.875rem; }
.skip, .unseen { position: absolute; left: -10000px; }
.skip:focus { left: 1rem; top: 0.5rem; background: var(--card); padding: 0.5rem; z-index: 1; }
.top { background: var(--card); border-bottom: 1px solid var(--line); display: flex; flex-wrap: wrap; align-items: center; gap: 0.3rem 1.4rem; }
.top nav { display: flex; flex-wrap: wrap; align-items: center; gap: 0.3rem 1.4rem; flex: 1; }
.top nav > :last-child:not(:first-child) { margin-left: auto; }
.top .login { color: var(--soft); margin-right: 0.6rem; }
.stack { display: grid; gap: 1rem; }
.stack > h2 { margin: 0; }
.stack > * { min-width: 0; }
#live-head { gap: 1.4rem; }
.quietly { color: inherit; text-decoration: none; }
.quietly:hover { text-decoration: underline; }
button, input, select { font: inherit; font-size: 0.9rem; color: inherit; background: var(--card); border: 1px solid var(--edge); border-radius: 7px; padding: 0.3rem 0.75rem; }
button { cursor: pointer; font-weight: 550; }
button:hover { border-color: var(--link); }
button.plain { border: 0; padding: 0; background: none; color: var(--link); text-decoration: underline; font-weight: inherit; }
form { margin: 0; }
.acts { display: flex; flex-wrap: wrap; gap: 0.5rem; margin-left: auto; }
.filters { display: flex; flex-wrap: wrap; align-items: end; gap: 0.6rem 1rem; }
.filters label { display: grid; gap: 0.15rem; font-size: 0.85rem; color: var(--soft); }
.filters input, .filters select { color: var(--text); min-width: 0; }
.filters input, .filters select, .filters button { height: 2.2rem; }
.older { display: inline-block; padding: 0.3rem 0; }
.big { font-size: 1.5rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.big .note { font-weight: 400; display: inline-block; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; overflow-wrap: normal; }
th, td { text-align: left; padding: 0.5rem 0.9rem; vertical-align: baseline; }
td, th[scope=row] { white-space: nowrap; }
td:last-child { white-space: normal; min-width: 11rem; }
thead th { color: var(--soft); font-weight: 500; font-size: 0.85rem; }
tbody tr { border-top: 1px solid var(--line); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.copyable { display: flex; gap: 0.6rem; align-items: stretch; }
.copyable pre { flex: 1; min-width: 0; }
.readme-badge { height: 20px; }
.charts { display: grid; grid-template-columns: 1fr 1fr; gap: 1.4rem; }
.chart { margin: 0; }
.chart figcaption { font-weight: 600; margin-bottom: 0.6rem; }
.chart .note { font-weight: 400; }
.chart svg { display: block; width: 100%; height: 5rem; fill: var(--bar); }
.brand {
  display: flex; align-items: center; gap: 0.6rem; width: fit-content;
  font-weight: 650; font-size: 1.1rem; color: var(--text); text-decoration: none;
}
.top, main { padding: 0.8rem max(1rem, calc((100vw - 68rem) / 2)); }
main { padding-block: 1.8rem 4rem; display: grid; gap: 1.4rem; }
main > *, section { min-width: 0; }
.heading { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 0.9rem; }
.heading h2 { margin: 0; }
.heading nav { margin-left: auto; font-size: 0.9rem; display: flex; gap: 1.2rem; }
section > .heading { margin-bottom: 0.5rem; }
.subject { margin: -0.9rem 0 0; color: var(--soft); }
.note { color: var(--soft); font-size: 0.9rem; margin: 0; }
section .note { margin-bottom: 0.5rem; }
.took { font-variant-numeric: tabular-nums; color: var(--soft); white-space: nowrap; }
.badge {
  display: inline-flex; align-items: center; gap: 0.35em; width: fit-content;
  padding: 0.1em 0.65em; border-radius: 99px; font-size: 0.85rem; font-weight: 600; white-space: nowrap;
}
.badge.good { color: var(--good); background: var(--good-ground); }
.badge.bad { color: var(--bad); background: var(--bad-ground); }
.badge.busy { color: var(--busy); background: var(--busy-ground); }
.badge.quiet { color: var(--quiet); background: var(--quiet-ground); }
.builds, .timeline { list-style: none; margin: 0; padding: 0; }
.builds { background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
.builds li + li { border-top: 1px solid var(--line); }
.builds a {
  display: grid; grid-template-columns: 7.5rem 1fr minmax(9rem, auto) 16rem; gap: 0.2rem 1rem; align-items: baseline;
  padding: 0.75rem 1rem; color: inherit; text-decoration: none;
}
.builds a:hover { background: color-mix(in srgb, var(--link) 7%, transparent); }
.builds a:focus-visible { outline-offset: -3px; }
.builds strong { color: var(--link); margin-right: 0.4rem; }
.builds .title, .builds .where, .builds .when { color: var(--soft); font-size: 0.9rem; }
.builds .when { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 0.8rem; }
.message, .outcome, .facts, .timeline, .chart {
  background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.2rem;
}
.message { display: grid; gap: 0.8rem; padding: 1.6rem; }
.message h1, .message h2, .message p { margin: 0; max-width: 46rem; }
.outcome { border-left: 5px solid var(--quiet); }
.outcome.good { border-left-color: var(--good); }
.outcome.bad { border-left-color: var(--bad); }
.outcome p { margin: 0; }
.outcome p + p, .outcome ul { margin: 0.4rem 0 0; }
.outcome .reason { font-weight: 600; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(11.5rem, 1fr)); gap: 0.8rem 1.4rem; margin: 0; }
.facts dt { color: var(--soft); font-size: 0.85rem; }
.facts dd { margin: 0; }
pre { margin: 0; border-radius: 10px; overflow: auto; background: var(--log); color: var(--log-text); border: 1px solid var(--line); }
.command { padding: 0.9rem 1.2rem; white-space: pre-wrap; }
@media (max-width: 48rem) {
  .builds a { grid-template-columns: auto 1fr; }
  .builds .what { grid-column: 1 / -1; grid-row: 2; }
  .builds .where { text-align: right; }
  .builds .when { grid-column: 1 / -1; }
  .builds .title { display: block; }
  .facts { grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); }
  .filters label, .filters button { flex: 1 1 100%; }
  .charts { grid-template-columns: 1fr; }
  td:last-child { min-width: 19rem; }
  .acts { flex-basis: 100%; margin: 0.2rem 0 0.9rem; }
}
`;
