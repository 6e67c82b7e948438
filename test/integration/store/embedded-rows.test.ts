import { describeRows } from './describe-rows.ts';
import { embeddedPlaces } from './places.ts';

describeRows('the embedded store', embeddedPlaces);
