/** Timeline and log. The log is dark in both themes, and its colours are made for that ground. */
export const logStyle = `
.timeline { display: grid; gap: 0.3rem; }
.timeline li { display: grid; grid-template-columns: minmax(6rem, 15rem) 1fr 7.5rem; align-items: center; gap: 0.8rem; font-size: 0.9rem; }
.timeline .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.timeline .inner .name { padding-left: 1rem; font-family: var(--mono); font-size: 0.78rem; color: var(--soft); }
.timeline .took { text-align: right; white-space: normal; }
.timeline svg { width: 100%; height: 0.7rem; overflow: visible; }
.timeline .track { fill: var(--quiet-ground); }
.timeline .bar { fill: var(--bar); }
.timeline .wait .bar { fill: var(--edge); }
.timeline .step .bar { fill: var(--good); }
.timeline .cached .bar { fill: none; stroke: var(--quiet); stroke-width: 2; stroke-dasharray: 4 2; }
.timeline .failed .bar { fill: var(--bad); }
.timeline .busy .bar { fill: var(--busy); }
.timeline .scale svg { height: 1rem; }
.timeline .scale text { fill: var(--soft); font-size: 0.72rem; dominant-baseline: hanging; }
.log {
  background: var(--log); color: var(--log-text); border: 1px solid var(--line); border-radius: 10px;
  padding: 0.4rem 0; max-height: 80vh; overflow: auto; overflow-anchor: none;
  font: 0.8125rem/1.45 var(--mono); scrollbar-color: #66758a transparent;
}
.log .empty { margin: 0; padding: 0.4rem 1rem; color: var(--log-soft); }
.log summary {
  cursor: pointer; padding: 0.3rem 1rem; display: flex; gap: 0.6rem; align-items: baseline; position: sticky; top: -0.4rem;
  background: #1a222d; border-block: 1px solid #2b3644; color: #f0f4f8;
}
.log summary::before { content: "▸"; color: var(--log-soft); }
.log details[open] > summary::before { content: "▾"; }
.log summary .name { flex: 1; min-width: 0; }
.log summary .took { color: #a9b7c6; }
.log .mark.good { color: #7fdc98; }
.log .mark.bad { color: #ff9c94; }
.log .mark.busy { color: #f5c66b; }
.log .mark.quiet { color: #b9c4d0; }
.log .line { display: flex; padding-right: 1rem; }
.log .line > span { white-space: pre-wrap; flex: 1; min-width: 0; }
.log .gone { padding: 0.2rem 1rem; color: var(--log-soft); }
.log .no { flex: none; width: 4.4rem; padding-right: 0.9rem; text-align: right; color: var(--log-soft); text-decoration: none; user-select: none; }
.log .no:hover { color: #fff; text-decoration: underline; }
.log .line:target { background: #33414f; }
.log .line:target .no { color: #c3ced9; }
.log .line > span a { color: #8cc4ff; }
.log .bold { font-weight: 700; }
.log .dim { color: #a9b7c6; }
.log .under { text-decoration: underline; }
.f-black { color: #94a3b3; } .f-red { color: #ff8f87; } .f-green { color: #6fd08a; } .f-yellow { color: #e6c15c; }
.f-blue { color: #79b8f3; } .f-magenta { color: #dca0ee; } .f-cyan { color: #5fd0d6; } .f-white { color: #dfe6ee; }
.f-bright-black { color: #a9b7c6; } .f-bright-red { color: #ffb1ab; } .f-bright-green { color: #95e6aa; }
.f-bright-yellow { color: #f6da8a; } .f-bright-blue { color: #a5d1ff; } .f-bright-magenta { color: #ebc1f7; }
.f-bright-cyan { color: #92e6ea; } .f-bright-white { color: #ffffff; }
[class*="g-"] { color: #10161e; }
.g-black { background: #3a4756; color: #ffffff; } .g-red { background: #ff8f87; } .g-green { background: #6fd08a; }
.g-yellow { background: #e6c15c; } .g-blue { background: #79b8f3; } .g-magenta { background: #dca0ee; }
.g-cyan { background: #5fd0d6; } .g-white { background: #dfe6ee; } .g-bright-black { background: #a9b7c6; }
.g-bright-red { background: #ffb1ab; } .g-bright-green { background: #95e6aa; } .g-bright-yellow { background: #f6da8a; }
.g-bright-blue { background: #a5d1ff; } .g-bright-magenta { background: #ebc1f7; } .g-bright-cyan { background: #92e6ea; }
.g-bright-white { background: #ffffff; }
.follow { font-size: 0.9rem; cursor: pointer; }
@media (prefers-reduced-motion: no-preference) {
  .badge.busy span, .log .mark.busy { animation: breathe 2s ease-in-out infinite; }
  @keyframes breathe { 50% { opacity: 0.45; } }
}
@media (max-width: 48rem) {
  .timeline li { grid-template-columns: 6.2rem 1fr 5.4rem; gap: 0.5rem; font-size: 0.82rem; }
  .timeline .inner .name { padding-left: 0.4rem; font-size: 0.7rem; }
  .timeline .scale text:nth-child(even) { display: none; }
  .log { font-size: 0.75rem; }
  .log .no { width: 3rem; padding-right: 0.6rem; }
  .log summary { flex-wrap: wrap; padding-inline: 0.7rem; }
}
`;
