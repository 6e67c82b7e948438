import type { Routes } from '../http/call.ts';
import { appRoutes } from './apps.ts';
import { checkRoutes } from './checks.ts';
import { commentRoutes } from './comments.ts';
import { commitRoutes } from './commits.ts';
import { contentRoutes } from './contents.ts';
import { gitDataRoutes } from './git-data.ts';
import { hookRoutes } from './hooks.ts';
import { labelRoutes } from './labels.ts';
import { peopleRoutes } from './people.ts';
import { pullRoutes } from './pulls.ts';
import { repositoryRoutes } from './repositories.ts';

/** Everything that the stand-in answers. */
export const routes: Routes = {
  ...appRoutes,
  ...checkRoutes,
  ...commentRoutes,
  ...commitRoutes,
  ...contentRoutes,
  ...gitDataRoutes,
  ...hookRoutes,
  ...labelRoutes,
  ...peopleRoutes,
  ...pullRoutes,
  ...repositoryRoutes,
};
