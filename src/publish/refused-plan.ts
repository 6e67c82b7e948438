import type { SlipwayError } from '../errors.ts';
import type { Plan } from '../terms.ts';

/** The plan of a pull request that cannot be published for this reason. */
export const refusedPlan = ({ message: reason, help = '', annotation }: SlipwayError): Plan => ({
  kind: 'refused',
  refusal: { reason, help, ...(annotation === undefined ? {} : { annotation }) },
});
