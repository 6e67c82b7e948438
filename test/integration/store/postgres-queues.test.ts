import { describeQueues } from './describe-queues.ts';
import { postgresPlaces } from './places.ts';

describeQueues('a store on PostgreSQL', postgresPlaces);
