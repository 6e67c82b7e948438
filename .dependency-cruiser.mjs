// The direction of imports, as docs/design has it: main, commands > receive, web > publish > steps > base.
const top = '^src/(main|index)\\.ts$|^src/commands/';
const front = '^src/(receive|web)/';
const publish = '^src/publish/';
const steps = '^src/(plan|fetch|build|push|report|store)/';
const base = '^src/(?!main\\.ts|index\\.ts)[^/]+\\.ts$';

/** Packages as the resolver sees them: the package itself, or its types. */
const packages = (...names) => `(^|/)node_modules/(@types/)?(${names.join('|')})(/|$)`;

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const github = packages('probot', 'octokit', '@octokit/[^/]+', '@probot/[^/]+');

export default {
  forbidden: [
    rule(
      'base-knows-no-room',
      'Settings, terms, errors, log and GitHub’s type are under everything: they import one another only.',
      { path: base },
      { path: '^src/', pathNot: base },
    ),
    rule(
      'steps-stand-alone',
      'Steps never import one another; what two of them need is a term or an argument.',
      { path: steps },
      { path: '^src/', pathNot: ['^src/$1/', base] },
    ),
    rule(
      'publish-knows-steps',
      'publish orders the steps and knows nothing of what calls it.',
      { path: publish },
      { path: '^src/', pathNot: [publish, steps, base] },
    ),
    rule(
      'front-knows-no-command',
      'receive and web stand beside each other, under main and the commands.',
      { path: front },
      { path: '^src/', pathNot: ['^src/$1/', publish, steps, base] },
    ),
    rule(
      'only-build-drives-the-engine',
      'dockerode stays behind the artifact type.',
      { path: '^src/', pathNot: '^src/build/docker/' },
      { path: packages('dockerode', 'docker-modem') },
    ),
    rule(
      'only-ami-speaks-to-aws',
      'The SDK of AWS stays behind the artifact type, which loads it when it is needed.',
      { path: '^src/', pathNot: '^src/build/ami/' },
      { path: packages('@aws-sdk/[^/]+', '@smithy/[^/]+') },
    ),
    rule(
      'only-store-keeps',
      'Databases and pg-boss stay behind the store.',
      { path: '^src/', pathNot: '^src/store/' },
      { path: [packages('pg', 'pg-boss', '@electric-sql/[^/]+'), '^(node:)?sqlite$'] },
    ),
    rule(
      'only-three-rooms-speak-to-github',
      'receive takes GitHub’s events, fetch reads, report writes; the type they share stands in github.ts.',
      { path: '^src/', pathNot: ['^src/(receive|fetch|report)/', '^src/github\\.ts$', top] },
      { path: github },
    ),
    rule(
      'top-hands-probot-on',
      'main, index and the commands hand the Probot application on, and ask nothing of it.',
      { path: top },
      { path: github, dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'src-stands-alone',
      'What is shipped imports nothing of the tests, the demo, the bench or the scripts.',
      { path: '^src/' },
      { path: '^(test|demo|bench|scripts|examples|dist)/' },
    ),
    rule(
      'src-ships-its-dependencies',
      'An image has no development dependencies.',
      { path: '^src/' },
      { dependencyTypes: ['npm-dev'] },
    ),
    rule('no-circles', 'A circle has no order to read it in.', {}, { circular: true }),
    rule('everything-exists', 'An import that leads nowhere fails when it is run.', {}, { couldNotResolve: true }),
  ],
  options: {
    parser: 'swc',
    exclude: { path: '^(dist|examples|coverage|data|\\.local)/' },
    doNotFollow: { path: 'node_modules' },
    detectJSDocImports: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
};
