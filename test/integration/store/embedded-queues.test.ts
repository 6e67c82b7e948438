import { describeQueues } from './describe-queues.ts';
import { embeddedPlaces } from './places.ts';

describeQueues('the embedded store', embeddedPlaces);
