import type { Aws } from '../../build/ami/open-aws.ts';
import { type Check, ok } from './check.ts';

export const checkAws = (aws: Pick<Aws, 'caller'>): Check => ({
  name: 'AWS credentials',
  async run(signal) {
    const { account, arn } = await aws.caller(signal);
    return ok(`${arn}, in the account ${account}`);
  },
});
