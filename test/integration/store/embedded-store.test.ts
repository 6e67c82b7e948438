import { after, before } from 'node:test';
import { describeActs } from './describe-acts.ts';
import { describeBumps } from './describe-bumps.ts';
import { describeEmbedded } from './describe-embedded.ts';
import { describeForgetting } from './describe-forgetting.ts';
import { describePulls } from './describe-pulls.ts';
import { describeQueues } from './describe-queues.ts';
import { describeRows } from './describe-rows.ts';
import { describeShown } from './describe-shown.ts';
import { describeTables } from './describe-tables.ts';
import { type EmbeddedPlaces, embeddedPlaces } from './places.ts';

let places: EmbeddedPlaces;
before(async () => {
  places = await embeddedPlaces();
});
after(() => places.close());

describeActs('the embedded store', () => places);
describeBumps('the embedded store', () => places);
describeForgetting('the embedded store', () => places);
describePulls('the embedded store', () => places);
describeRows('the embedded store', () => places);
describeShown('the embedded store', () => places);
describeQueues('the embedded store', () => places);
describeTables('the embedded store', () => places);
describeEmbedded(() => places);
