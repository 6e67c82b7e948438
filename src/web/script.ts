/**
 * The pages' only script, as a browser gets it: follows a running build, shows times in the reader's zone, copies. Every
 * page works without it. What it adds to the log it adds as text, never as HTML.
 */
export const script = String.raw`'use strict';
(() => {
const $ = (id) => document.getElementById(id);
const make = (name, className) => {
  const element = document.createElement(name);
  if (className) element.className = className;
  return element;
};

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });
const short = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
function dress(root) {
  for (const time of root.querySelectorAll('time')) {
    const date = new Date(time.dateTime);
    time.textContent = short.format(date);
    time.title = exact.format(date) + ' (' + time.dateTime + ')';
  }
  for (const button of root.querySelectorAll('[data-copy]')) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.onclick = async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      const words = button.firstChild;
      words.data = 'Copied';
      setTimeout(() => { words.data = 'Copy'; }, 1500);
    };
  }
}

/** Puts the parts of a newly loaded page in place of ours, unless the reader is in the middle of one. */
async function renew(url, ids) {
  const response = await fetch(url, { headers: { accept: 'text/html' } });
  if (!response.ok) return undefined;
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
  for (const id of ids) {
    const [ours, theirs] = [$(id), fresh.getElementById(id)];
    if (!ours || !theirs || ours.isEqualNode(theirs)) continue;
    const held = ours.contains(document.activeElement) && document.activeElement.getAttribute('href');
    const chosen = getSelection();
    if (chosen && !chosen.isCollapsed && ours.contains(chosen.anchorNode)) continue;
    const put = document.importNode(theirs, true);
    dress(put);
    ours.replaceWith(put);
    if (held) [...put.querySelectorAll('a')].find((link) => link.getAttribute('href') === held)?.focus();
  }
  document.title = fresh.title;
  const icon = document.querySelector('link[rel=icon]');
  const theirs = fresh.querySelector('link[rel=icon]');
  if (icon && theirs && icon.getAttribute('href') !== theirs.getAttribute('href')) icon.replaceWith(document.importNode(theirs, true));
  return fresh;
}

dress(document);

const polled = Number(document.querySelector('main[data-poll]')?.dataset.poll ?? 0);
if (polled) {
  setInterval(() => {
    if (!document.hidden) renew(location.href, ['live-list', 'live-overview']).catch(() => undefined);
  }, polled * 500);
}

const log = $('log');
if (!log) return;

function showLine() {
  if (!/^#L\d+$/.test(location.hash)) return;
  const line = $(location.hash.slice(1));
  if (line) {
    const fold = line.closest('details');
    if (fold) fold.open = true;
    if (follow) follow.checked = false;
    line.scrollIntoView({ block: 'center' });
  } else if ($('earlier')) location.assign($('earlier').getAttribute('href') + location.hash);
}
const follow = $('follow');
addEventListener('hashchange', showLine);
showLine();

const lines = new Map();
const groups = new Map();
let lastGroup;
for (const group of log.querySelectorAll('details')) {
  if (group.dataset.step) groups.set(group.dataset.step, group);
  lastGroup = group;
}

const failedStep = log.querySelector('details .mark.bad')?.closest('details');
if (failedStep && !location.hash) log.scrollTop = failedStep.offsetTop + failedStep.offsetHeight - log.clientHeight - log.offsetTop;

if (!log.dataset.live) return;
follow.parentElement.hidden = false;
let own = false;
const toEnd = () => {
  if (!follow.checked) return;
  own = true;
  log.scrollTop = log.scrollHeight;
};
log.addEventListener('scroll', () => {
  // Who scrolls up wants to read; who comes back to the end follows again.
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 30;
  if (own) own = false;
  else follow.checked = atEnd;
});
follow.addEventListener('change', toEnd);

function groupOf(part) {
  const known = part.step ? groups.get(part.step) : lastGroup && !lastGroup.dataset.step ? lastGroup : undefined;
  if (known) return known;
  const group = make('details', 'step');
  group.dataset.step = part.step;
  group.open = true;
  const summary = make('summary');
  const name = make('span', 'name');
  name.textContent = part.step ? part.name : 'Slipway';
  summary.append(name);
  group.append(summary, make('div', 'lines'));
  log.querySelector('.empty')?.remove();
  log.append(group);
  if (part.step) groups.set(part.step, group);
  lastGroup = group;
  return group;
}

function segmentNode(segment) {
  if (typeof segment === 'string') return document.createTextNode(segment);
  const [text, classes, href] = segment;
  const node = make(href ? 'a' : 'span', classes);
  node.textContent = text;
  if (href && /^https?:\/\//.test(href)) {
    node.href = href;
    node.rel = 'noopener noreferrer nofollow';
  }
  return node;
}

function addLines(parts) {
  for (const part of parts) {
    const place = document.createDocumentFragment();
    const group = groupOf(part);
    for (const [number, segments] of part.lines) {
      const known = number && (lines.get(number) ?? $('L' + number)?.lastElementChild);
      if (known) {
        known.append(...segments.map(segmentNode));
        continue;
      }
      const line = make('div', number ? 'line' : 'line gone');
      if (number) {
        line.id = 'L' + number;
        const link = make('a', 'no');
        link.href = '#L' + number;
        link.tabIndex = -1;
        link.textContent = number;
        line.append(link);
      }
      const text = make('span');
      text.append(...segments.map(segmentNode));
      line.append(text, '\n');
      if (number) {
        lines.clear();
        lines.set(number, text);
      }
      place.append(line);
    }
    group.lastElementChild.append(place);
  }
  toEnd();
}

const head = new URL(location.href);
head.hash = '';
head.searchParams.set('part', 'head');
let renewing = false;
let again = false;
async function renewHead() {
  again = true;
  if (renewing) return;
  renewing = true;
  try {
    while (again) {
      again = false;
      const fresh = await renew(head, ['live-head']);
      if (!fresh) continue;
      for (const theirs of fresh.querySelectorAll('#log details[data-step]')) {
        const group = groups.get(theirs.dataset.step);
        if (!group) continue;
        const summary = theirs.querySelector('summary');
        if (!group.firstElementChild.isEqualNode(summary)) group.firstElementChild.replaceWith(document.importNode(summary, true));
        if (summary.querySelector('.mark.bad')) group.open = true;
      }
      toEnd();
      await new Promise((done) => setTimeout(done, 300));
    }
  } catch {
    // The server is away; the stream comes again and tells.
  } finally {
    renewing = false;
  }
}

const address = new URL(log.dataset.live, location.href);
let source;
let ended = false;
function open() {
  source = new EventSource(address);
  source.addEventListener('log', (event) => {
    addLines(JSON.parse(event.data));
    address.searchParams.set('after', event.lastEventId);
  });
  source.addEventListener('state', renewHead);
  source.addEventListener('end', () => {
    ended = true;
    source.close();
    follow.parentElement.hidden = true;
    renewHead();
  });
  source.addEventListener('error', () => {
    // Browsers come again by themselves after a broken connection, and not after an answer that is no stream.
    if (!ended && source.readyState === EventSource.CLOSED) setTimeout(open, 2000);
  });
}
open();
// While a step runs, its time grows.
setInterval(() => { if (!ended && !document.hidden) renewHead(); }, 5000);
toEnd();
})();
`;
