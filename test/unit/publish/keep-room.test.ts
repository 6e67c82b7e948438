import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import type { Workshop } from '../../../src/build/artifact-type.ts';
import type { Room } from '../../../src/disk.ts';
import { SlipwayError } from '../../../src/errors.ts';
import { keepRoom, type RoomOptions } from '../../../src/publish/keep-room.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { until } from '../../support/until.ts';

/** Disks of 1000 bytes, by folder: what is free on each. */
type Disks = Record<string, number>;

function start(t: TestContext, disks: Disks, given: Partial<RoomOptions> & { workshop?: Workshop } = {}) {
  const { workshop, ...options } = given;
  const { log, lines } = memoryLog();
  const reads: string[] = [];
  let looks = 0;
  const keeper = keepRoom({
    dataDir: '/data',
    workshops: workshop === undefined ? [] : [workshop],
    high: 0.85,
    tidySources: async () => undefined,
    log,
    every: 5,
    async read(folder): Promise<Room> {
      reads.push(folder);
      if (folder === '/data') looks += 1;
      return { free: disks[folder] ?? assert.fail(`nobody should read ${folder}`), total: 1000 };
    },
    ...options,
  });
  t.after(() => keeper.stop());
  const said = (text: RegExp): number => lines.filter(({ msg }) => text.test(String(msg))).length;
  /** Until it has looked at everything again. */
  const more = async (): Promise<void> => {
    const from = looks;
    await until('the disks were looked at again', () => looks > from + 12);
  };
  return { keeper, said, more };
}

/** A workshop whose cache can be let go of in pieces of 50 bytes. */
function cache(disks: Disks, folder: string | undefined, fills = folder): Workshop & { asked: number; left: number } {
  const workshop = {
    asked: 0,
    left: 300,
    folder: async () => folder,
    async makeRoom(isEnough: () => Promise<boolean>) {
      workshop.asked += 1;
      let freed = 0;
      while (workshop.left > 0 && !(await isEnough())) {
        workshop.left -= 50;
        freed += 50;
        if (fills !== undefined) disks[fills] = (disks[fills] ?? 0) + 50;
      }
      return freed;
    },
  };
  return workshop;
}

it('room is made on the engine’s disk alone, down to a little below DISK_HIGH, and not again', async (t) => {
  const disks: Disks = { '/data': 900, '/engine': 20 };
  const workshop = cache(disks, '/engine');
  const { said, more } = start(t, disks, { workshop });
  await until('room was made', () => said(/room was made/) === 1);
  await more();
  assert.equal(disks['/engine'], 220, 'free: 1000 - 0.95 * 850 = 192.5, in pieces of 50');
  assert.equal(workshop.asked, 1);
  assert.equal(said(/stays fuller|is full/), 0);
});

it('sources go when the disk of DATA_DIR is high, and only then', async (t) => {
  const disks: Disks = { '/data': 500 };
  const pressed: boolean[] = [];
  const { more } = start(t, disks, {
    async tidySources(pressing) {
      pressed.push(pressing);
      disks['/data'] = 400;
    },
  });
  await more();
  assert.deepEqual(pressed, []);
  disks['/data'] = 100;
  await until('the sources were tidied', () => pressed.length === 1);
  await more();
  disks['/data'] = 10;
  await until('they were tidied again', () => pressed.length === 2);
  assert.deepEqual(pressed, [false, true], 'the second time it is pressing');
});

it('an engine that cannot be seen is taken to share the disk of DATA_DIR, while what it lets go of shows there', async (t) => {
  const disks: Disks = { '/data': 100 };
  const sharing = cache(disks, undefined, '/data');
  await start(t, disks, { workshop: sharing }).more();
  assert.deepEqual([disks['/data'], sharing.left], [200, 200], 'a first piece, and then as much as is needed');

  const others: Disks = { '/data': 100 };
  const elsewhere = cache(others, undefined);
  const { said, more } = start(t, others, { workshop: elsewhere });
  await until('it is noticed', () => said(/another one, which cannot be seen/) === 1);
  await more();
  assert.deepEqual([elsewhere.asked, elsewhere.left], [1, 250], 'one piece of its cache went, and no more');
  assert.equal(said(/stays fuller/), 1, 'said once');
});

it('a disk on which too little is left for a build is named until there is room', async (t) => {
  const disks: Disks = { '/data': 500, '/engine': 500 };
  const workshop = { ...cache(disks, '/engine'), makeRoom: async () => 0 };
  const { keeper, said, more } = start(t, disks, { workshop });
  await more();
  assert.equal(await keeper.short(), undefined);
  disks['/engine'] = 40;
  assert.equal(await keeper.short(), '/engine');
  await until('it is told', () => said(/less room than a build needs/) === 1);
  disks['/engine'] = 500;
  assert.equal(await keeper.short(), undefined);
  await until('it is told', () => said(/has room again/) === 1);
});

it('an engine that is away holds nothing up, and its folder stays known', async (t) => {
  const disks: Disks = { '/data': 500, '/engine': 40 };
  let answers = true;
  const workshop: Workshop = {
    async folder() {
      if (answers) return '/engine';
      throw new SlipwayError('engine-unavailable', 'away');
    },
    async makeRoom() {
      throw new SlipwayError('engine-unavailable', 'away');
    },
  };
  const { keeper, said } = start(t, disks, { workshop });
  await until('it is told', () => said(/could not be looked after/) > 1);
  answers = false;
  await until('it goes on', () => said(/could not be looked after/) > 4);
  assert.equal(await keeper.short(), '/engine');
});

it('a full disk is told although no room could be made, and a folder that is gone counts no more', async (t) => {
  const disks: Disks = { '/data': 500, '/engine': 10 };
  const workshop: Workshop = {
    folder: async () => '/engine',
    async makeRoom() {
      throw new SlipwayError('engine-lost', 'it broke off');
    },
  };
  let isGone = false;
  const { keeper, said } = start(t, disks, {
    workshop,
    async read(folder) {
      if (folder === '/engine' && isGone) throw new Error('ENOENT');
      return { free: disks[folder] ?? 0, total: 1000 };
    },
  });
  await until('it is told', () => said(/less room than a build needs/) === 1 && said(/could not be looked after/) > 0);
  assert.equal(await keeper.short(), '/engine');
  isGone = true;
  assert.equal(await keeper.short(), undefined);
});
