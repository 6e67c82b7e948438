import { randomUUID } from 'node:crypto';
import type { ArtifactBuilder } from '../build/artifact-type.ts';
import { SlipwayError } from '../errors.ts';
import { bumpVersion } from '../plan/bump-version.ts';
import { nextFreeVersion } from '../plan/next-free-version.ts';
import { planAliases } from '../plan/plan-aliases.ts';
import { settleBump } from '../plan/settle-bump.ts';
import type { OpenArtifact, OpenPlan, Suggestion } from '../report/open-plan.ts';
import type { PullRecord, Standing } from '../store/store.ts';
import type { Artifact, Bump, Plan, ReadPlan, Service } from '../terms.ts';
import { blockingClaim } from './blocking-claim.ts';
import type { Pipeline } from './pipeline.ts';
import { refuseTaken } from './refuse-taken.ts';

type Settling = { readonly pipeline: Pipeline; readonly pull: PullRecord; readonly signal: AbortSignal };

/**
 * A plan that was read, as things stand now: versions of bump labels, what is published, reserved or claimed earlier.
 * Undefined where it is not ours to speak about.
 *
 * @throws {SlipwayError} when the registry, GitHub or the store cannot be reached
 */
export async function settlePullPlan(
  settling: Settling,
  { plan, recipes, next }: ReadPlan,
): Promise<OpenPlan | undefined> {
  const after = next === undefined ? {} : { next: { plan: next, artifacts: await settleAll(settling, next, {}) } };
  if (plan.kind === 'ignored') {
    // Nothing applies here before the file is merged that this pull request brings.
    if (next === undefined || next.kind === 'ignored') return undefined;
    return { pull: settling.pull, plan: { ...plan, kind: 'skipped' }, artifacts: [], suggestions: [], ...after };
  }
  const artifacts = await settleAll(settling, plan, recipes);
  const suggestions = await suggest(settling, plan);
  return { pull: settling.pull, plan, artifacts, suggestions, ...after };
}

async function settleAll(
  settling: Settling,
  plan: Plan,
  recipes: ReadPlan['recipes'],
): Promise<readonly OpenArtifact[]> {
  const artifacts: OpenArtifact[] = [];
  for (const artifact of plan.kind === 'publish' ? plan.artifacts : []) {
    const recipe = recipes[artifact.service.name];
    artifacts.push({ ...(await settle(settling, artifact)), ...(recipe && { recipe }) });
  }
  return artifacts;
}

async function settle({ pipeline, pull, signal }: Settling, asked: Artifact): Promise<Omit<OpenArtifact, 'recipe'>> {
  const { service } = asked;
  const type = pipeline.builders[service.type];
  const published = await publishedOf(type, service, signal);
  const early = await pipeline.store.standing(service.name);
  const artifact = settleBump(asked, [...published, ...early.taken]);
  const standing = withoutStrangers(await pipeline.store.standing(service.name, artifact.version));
  const aliases = planAliases(artifact.version, service.tags ?? [], published);
  const problem =
    problemOfStore(pull, artifact, standing, published) ??
    (await problemOfRegistry(type, artifact, published, signal)) ??
    (await problemOfClaims(pipeline, pull, artifact, standing, published));
  if (problem !== undefined) return { artifact, problem, notes: [], aliases: { moves: [], stays: [] } };
  return { artifact, notes: notesOf(pull, standing), aliases };
}

/** Whoever asks for a version of another repository's service will not get it. */
function withoutStrangers(standing: Standing): Standing {
  const { owner, claims } = standing;
  if (owner === undefined) return standing;
  return { ...standing, claims: claims.filter(({ repositoryId }) => repositoryId === owner.repositoryId) };
}

async function publishedOf(type: ArtifactBuilder, service: Service, signal: AbortSignal): Promise<readonly string[]> {
  try {
    return await type.versions(service, signal);
  } catch (error) {
    throw askAgain(error);
  }
}

type Problem = OpenArtifact['problem'];

function problemOfStore(
  pull: PullRecord,
  { service, version }: Artifact,
  { owner, holder, taken, claimed }: Standing,
  published: readonly string[],
): Problem {
  if (owner !== undefined && owner.repositoryId !== pull.repositoryId) {
    return {
      reason: `The service \`${service.name}\` belongs to ${owner.owner}/${owner.repo}.`,
      help: 'Choose another `service_name` in package.json, or ask whoever runs Slipway for `slipway service transfer`.',
    };
  }
  if (holder === undefined) return undefined;
  const { owner: account, repo, number, mergeCommit } = holder;
  return {
    reason: `\`${service.name}:${version}\` is ${holder.published ? 'already published' : 'reserved'} by ${account}/${repo}#${number} (commit ${mergeCommit.slice(0, 7)}).`,
    help: chooseAnother(nextFreeVersion([...published, ...taken, ...claimed], version)),
  };
}

const chooseAnother = (free: string): string => `Choose another version, for example ${free}, the next free one.`;

/** What was published by nobody that the store knows. */
async function problemOfRegistry(
  type: ArtifactBuilder,
  artifact: Artifact,
  published: readonly string[],
  signal: AbortSignal,
): Promise<Problem> {
  if (!published.includes(artifact.version)) return undefined;
  try {
    const existing = await type.find({ buildId: randomUUID(), artifact, signal });
    if (existing !== undefined) await refuseTaken(type, artifact, existing, signal);
    return undefined;
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'version-taken') {
      return { reason: error.message, help: error.help ?? '' };
    }
    throw askAgain(error);
  }
}

/** Whoever asked for the version first may have it. */
async function problemOfClaims(
  pipeline: Pipeline,
  pull: PullRecord,
  { service, version, bump }: Artifact,
  standing: Standing,
  published: readonly string[],
): Promise<Problem> {
  // A bump is settled at the merge, around whatever is taken by then.
  if (bump !== undefined) return undefined;
  const first = await blockingClaim(pipeline, pull, standing.claims);
  if (first === undefined) return undefined;
  const { owner, repo, number } = first;
  return {
    reason: `\`${service.name}:${version}\` was asked for by ${owner}/${repo}#${number} first.`,
    help: `${chooseAnother(nextFreeVersion([...published, ...standing.taken, ...standing.claimed], version))} It becomes free when that pull request is closed or changes its version.`,
  };
}

function notesOf(pull: PullRecord, { claims }: Standing): readonly string[] {
  const others = claims.filter((one) => one.repositoryId !== pull.repositoryId || one.number !== pull.number);
  const names = others.slice(0, 5).map(({ owner, repo, number }) => `${owner}/${repo}#${number}`);
  if (names.length === 0) return [];
  const more = others.length - names.length;
  return [
    `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''} ${others.length === 1 ? 'asks' : 'ask'} for the same version; whichever is merged first has it.`,
  ];
}

const bumps: readonly Bump[] = ['patch', 'minor', 'major'];

/** The versions that a button can set: free for every service that lacks one. */
async function suggest({ pipeline, signal }: Settling, plan: Plan): Promise<readonly Suggestion[]> {
  if (plan.kind !== 'refused' || plan.unversioned === undefined) return [];
  const taken: string[] = [];
  const claimed: string[] = [];
  for (const service of plan.unversioned.services) {
    taken.push(...(await publishedOf(pipeline.builders[service.type], service, signal)));
    const standing = await pipeline.store.standing(service.name);
    taken.push(...standing.taken);
    claimed.push(...standing.claimed);
  }
  return bumps.map((bump) => ({ bump, version: free(bump, taken, claimed) }));
}

/** Skips what open pull requests ask for; they do not raise what the next version is counted from. */
function free(bump: Bump, taken: readonly string[], claimed: readonly string[]): string {
  let version = bumpVersion(bump, taken);
  for (let tries = claimed.length; tries > 0 && claimed.includes(version); tries -= 1) {
    version = bumpVersion(bump, [...taken, version]);
  }
  return version;
}

/** Without the registry’s answer there is no verdict on a version: it is asked again, whatever the fault is. */
function askAgain(error: unknown): unknown {
  if (!(error instanceof SlipwayError) || error.transient || error.code === 'cancelled') return error;
  return new SlipwayError(error.code, error.message, { transient: true, cause: error });
}
