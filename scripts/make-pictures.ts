// Makes the pictures of the README: those of the pages, and check and comment as the real renderers write them, in the look of a pull request.

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { marked } from 'marked';
import type { Build } from '../src/build-terms.ts';
import { makePlan } from '../src/plan/make-plan.ts';
import { readConfiguration } from '../src/plan/read-configuration.ts';
import type { CheckContent } from '../src/report/check-content.ts';
import { renderBuildCheck } from '../src/report/render-build-check.ts';
import { renderComment } from '../src/report/render-comment.ts';
import { renderOpenPlan } from '../src/report/render-open-plan.ts';
import {
  sampleArtifact,
  sampleBuild,
  sampleEndedBuild,
  sampleMerge,
  sampleOutcome,
  sampleStep,
} from '../test/support/sample-merge.ts';
import { makePagePictures } from './page-pictures.ts';
import { command, findCommand, installPackages } from './parts/install-packages.ts';

const run = promisify(execFile);
const picture = path.join(import.meta.dirname, '../docs/pictures/pull-request.png');

const style = `
  body { margin: 0; padding: 20px; width: 820px; background: #fff; color: #1f2328; font: 14px/1.5 'DejaVu Sans', 'Liberation Sans', sans-serif }
  .box { border: 1px solid #d1d9e0; border-radius: 6px; margin-bottom: 16px; overflow: hidden }
  .head { background: #f6f8fa; border-bottom: 1px solid #d1d9e0; padding: 8px 16px; color: #59636e }
  .head b { color: #1f2328 }
  .bot { border: 1px solid #d1d9e0; border-radius: 2em; font-size: 11px; padding: 0 6px; margin-left: 4px }
  .body { padding: 4px 16px 12px }
  .check { padding: 8px 16px; border-top: 1px solid #d1d9e0 }
  .check:first-of-type { border-top: 0 }
  .mark { color: #1a7f37; font-weight: bold; margin-right: 8px }
  .button { border: 1px solid #d1d9e0; border-radius: 6px; background: #f6f8fa; font-size: 12px; padding: 3px 10px; margin-right: 4px }
  .check span { color: #59636e }
  h3 { margin: 8px 0; font-size: 17px }
  pre { background: #f6f8fa; border-radius: 6px; padding: 12px; overflow: hidden; font-size: 11.5px }
  code { font-family: 'DejaVu Sans Mono', monospace; font-size: 12px; background: #f6f8fa; border-radius: 4px; padding: 1px 4px }
  pre code { padding: 0; font-size: 11px }
  table { border-collapse: collapse; margin: 8px 0 } td, th { border: 1px solid #d1d9e0; padding: 4px 12px; text-align: left }
  thead { display: none }
  a { color: #0969da; text-decoration: none }`;

const merge = sampleMerge();
const steps = [
  sampleStep({ id: '1', name: '[1/5] FROM node:24', cached: true }),
  sampleStep({ id: '2', name: '[2/5] WORKDIR /srv', cached: true }),
  sampleStep({ id: '3', name: '[3/5] COPY package.json ./', cached: true }),
  sampleStep({ id: '4', name: '[4/5] RUN npm ci', cached: true }),
  sampleStep({ id: '5', name: '[5/5] COPY . .' }),
];
const build = sampleEndedBuild({ steps });
const outcome = build.outcome ?? sampleOutcome();
const previous = sampleEndedBuild(
  { size: 12_400_000 },
  { id: 'before', artifact: sampleArtifact({ version: '1.4.1' }) },
);
const about = {
  merge,
  previous,
  registry: 'registry.lan:5000',
  links: { build: ({ id }: Build) => `https://slipway.lan/builds/${id}` },
};
const published = renderBuildCheck({ ...about, build });
const waiting = renderBuildCheck({
  ...about,
  build: sampleBuild({ state: 'running', phase: 'build', startedAt: new Date() }),
  progress: { steps: steps.map(({ endedAt, ...step }) => step), tail: [] },
});
const comment = renderComment({
  ...about,
  plan: { kind: 'publish', artifacts: [build.artifact] },
  builds: [{ build, outcome, previous }],
});

/** The plan of the open pull request, with these labels. */
function planWith(...labels: string[]) {
  const plan = makePlan({
    pullRequest: { ...merge, labels },
    configuration: readConfiguration('tags: [major.minor, latest]'),
    hasConfiguration: true,
    hasRootDockerfile: true,
    packageJsons: new Map([['.', '{ "service_name": "orders" }']]),
    authorMayWrite: true,
    registry: 'registry.lan:5000',
  });
  if (plan.kind === 'ignored') throw new Error(plan.reason);
  const artifacts = plan.kind === 'publish' ? plan.artifacts : [];
  const aliases = { moves: ['1.4', 'latest'], stays: [] };
  const suggestions = [
    { bump: 'patch', version: '1.4.2' },
    { bump: 'minor', version: '1.5.0' },
    { bump: 'major', version: '2.0.0' },
  ] as const;
  const open = { pull: merge, plan, artifacts: artifacts.map((artifact) => ({ artifact, notes: [], aliases })) };
  return renderOpenPlan([{ ...open, suggestions: artifacts.length === 0 ? suggestions : [] }], 'registry.lan:5000');
}

const check = ({ name, title }: { name: string; title: string }, mark: string) =>
  `<div class="check"><b class="mark">${mark}</b><b>${name}</b> <span>— ${title}</span></div>`;
const whole = async (content: CheckContent, mark: string) =>
  `${check(content, mark)}<div class="body">${await marked(content.summary)}
  ${content.actions.map(({ label }) => `<span class="button">${label}</span>`).join(' ')}</div>`;
const page = `<!doctype html><meta charset="utf-8"><style>${style}</style>
  <div class="box"><div class="head"><b>Checks</b>, before the merge</div>${await whole(planWith(), '!')}${await whole(planWith('version:1.4.2'), '✓')}</div>
  <div class="box"><div class="head"><b>Checks</b>, while it is built and afterwards</div>${check(waiting, '●')}${check(published, '✓')}</div>
  <div class="box"><div class="head"><b>slipway</b><span class="bot">bot</span> commented on <b>${merge.title}</b> #${merge.number}</div>
  <div class="body">${await marked(comment)}</div></div>`;

await installPackages([command('chromium')], (line) => console.log(line));
const folder = await mkdtemp(path.join(tmpdir(), 'slipway-pictures-'));
try {
  const file = path.join(folder, 'page.html');
  await writeFile(file, page);
  const flags = ['headless', 'no-sandbox', 'disable-gpu', 'disable-quic', 'no-first-run', 'hide-scrollbars'];
  const quiet = ['disable-background-networking', 'disable-component-update', 'disable-sync'];
  await mkdir(path.dirname(picture), { recursive: true });
  await run(findCommand('chromium') ?? 'chromium', [
    ...[...flags, ...quiet].map((flag) => `--${flag}`),
    `--user-data-dir=${path.join(folder, 'profile')}`,
    '--window-size=860,945',
    `--screenshot=${picture}`,
    `file://${file}`,
  ]);
  console.log(`made ${path.relative(process.cwd(), picture)}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
await makePagePictures((line) => console.log(line));
