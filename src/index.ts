import type { ApplicationFunctionOptions, Probot } from 'probot';
import { withAppFile } from './app-file.ts';
import { openSlipway } from './commands/open-slipway.ts';
import { readEnvironment } from './environment.ts';
import { createLog } from './log.ts';
import { logDestination } from './log-destination.ts';
import { createMetrics } from './metrics.ts';
import { registerHandlers } from './receive/register-handlers.ts';
import { readSettings } from './settings.ts';

export type { BuildEvent, BuildStep, Fault, Phase, Verdict } from './build-terms.ts';
export { type ErrorCode, SlipwayError } from './errors.ts';
export { type PublishArtifactOptions, type PublishedArtifact, publishArtifact } from './publish/publish-artifact.ts';
export type { RegistrySettings } from './settings.ts';
export type { Artifact, ArtifactType, BuildOptions } from './terms.ts';

/**
 * Slipway as a Probot application, for `probot run` and any other Probot host: the host has the front door, Slipway the
 * handlers, the work and its pages. Settings come from the environment, as for `slipway serve`.
 */
export default async function slipway(app: Probot, options: ApplicationFunctionOptions): Promise<void> {
  const environment = withAppFile(readEnvironment());
  const settings = readSettings(environment);
  const log = createLog(settings.logLevel, await logDestination(settings.logFormat, environment));
  const publicUrl = settings.publicUrl ?? `http://localhost:${settings.port}`;
  const { store, owners, web, startWork } = await openSlipway({
    settings,
    environment,
    role: 'all',
    app,
    publicUrl: () => publicUrl,
    log,
    metrics: createMetrics(),
  });
  registerHandlers(app, { store, owners, log });
  options.addHandler(async (req, res) => {
    // Some hosts ask added handlers first: deliveries are theirs.
    if (app.webhookPath !== '' && req.url?.startsWith(app.webhookPath)) return false;
    await web(req, res);
    return true;
  });
  await startWork();
}
