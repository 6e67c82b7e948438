import { describeRows } from './describe-rows.ts';
import { postgresPlaces } from './places.ts';

describeRows('a store on PostgreSQL', postgresPlaces);
