/** How many progress writes an installation has left: its hour is shared by all its builds. */
export type ProgressBudget = {
  /** True when there was one left; it is then gone for an hour. */
  take(installationId: number): boolean;
};

/** @param most writes of an installation in an hour */
export function createProgressBudget(most = 300): ProgressBudget {
  const hour = 3_600_000;
  /** Times of the writes of the last hour, oldest first. */
  const taken = new Map<number, number[]>();
  return {
    take(installationId) {
      const now = Date.now();
      const times = (taken.get(installationId) ?? []).filter((time) => time > now - hour);
      const isLeft = times.length < most;
      taken.set(installationId, isLeft ? [...times, now] : times);
      return isLeft;
    },
  };
}
