/** Label of everything that a run of Packer has on the engine; its value is the build's id. */
export const packerLabel = 'dev.slipway.packer';

const prefix = 'slipway-packer-';

export const containerName = (buildId: string): string => prefix + buildId;

/** Volume with the merged tree. */
export const sourceName = (buildId: string): string => `slipway-source-${buildId}`;
