import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import { type AskAboutRepositories, createRepositoryAccess } from '../../../src/web/repository-access.ts';
import { memoryLog } from '../../support/memory-log.ts';

const person = { userId: 1, login: 'mona', token: 'a token', sessionId: 'a session' };

function open(given: Partial<AskAboutRepositories> & { visibility?: 'repository' | 'private'; keepMs?: number } = {}) {
  const { visibility = 'repository', keepMs = 60_000, ...ask } = given;
  const installations = [{ id: 1, repositories: 1 }];
  const asked: string[] = [];
  const { log, lines } = memoryLog();
  const access = createRepositoryAccess({
    store: { installations: async () => installations.map((one) => ({ ...one })) },
    ask: {
      publicOf: async (id) => {
        asked.push(`public ${id}`);
        return new Set([10]);
      },
      readableOf: async (token, id) => {
        asked.push(`${token} ${id}`);
        return new Set([11]);
      },
      mayWrite: async () => false,
      ...ask,
    },
    visibility,
    log,
    keepMs,
  });
  return { access, asked, lines, installations };
}

test('a stranger reads what is public, a person also what they can read on GitHub', async () => {
  const { access } = open();
  assert.deepEqual([...(await access.readable(undefined))], [10]);
  assert.deepEqual([...(await access.readable(person))], [10, 11]);
});

test('on a private server nothing is public, and people read what they can read on GitHub', async () => {
  const { access } = open({ visibility: 'private' });
  assert.deepEqual([...(await access.readable(undefined))], []);
  assert.deepEqual([...(await access.readable(person))], [11]);
});

test('GitHub is asked once while its word holds, each person for themselves', async () => {
  const { access, asked } = open();
  for (let count = 0; count < 5; count += 1) await access.readable(person);
  await access.readable({ ...person, token: 'another', sessionId: 'another' });
  assert.deepEqual(asked, ['public 1', 'a token 1', 'another 1']);
});

test('its word does not hold longer than that', async () => {
  const { access, asked } = open({ keepMs: 0 });
  await access.readable(undefined);
  await access.readable(undefined);
  assert.deepEqual(asked, ['public 1', 'public 1']);
});

test('a repository whose first merge has come since is asked about at once', async (t) => {
  const { access, asked, installations } = open();
  await access.readable(undefined);
  installations[0] = { id: 1, repositories: 2 };
  await t.waitFor(async () => {
    await access.readable(undefined);
    assert.deepEqual(asked, ['public 1', 'public 1']);
  });
});

test('while GitHub gives no answer nobody may see anything, and the log says so', async () => {
  const away = new SlipwayError('github-unavailable', 'away', { transient: true });
  const { access, lines } = open({ publicOf: () => Promise.reject(away), readableOf: () => Promise.reject(away) });
  assert.equal(await access.isPublic(10), false);
  assert.deepEqual([...(await access.readable(person))], []);
  assert.match(lines[0]?.msg ?? '', /nobody may/);
});

test('whoever acts is asked about anew each time, and an error is no yes', async () => {
  let count = 0;
  const { access } = open({
    mayWrite: async () => {
      count += 1;
      if (count > 2) throw new SlipwayError('github-unavailable', 'away', { transient: true });
      return true;
    },
  });
  const about = { installationId: 1, owner: 'acme', repo: 'orders' };
  assert.equal(await access.mayWriteNow('a token', about), true);
  assert.equal(await access.mayWriteNow('a token', about), true);
  await assert.rejects(async () => await access.mayWriteNow('a token', about));
  assert.equal(count, 3);
  assert.equal(await access.mayWrite(person, about), false);
});
