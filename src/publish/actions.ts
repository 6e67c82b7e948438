/**
 * What a person can do to a build. Whoever calls this has made sure that the person may (design: "Who may act");
 * `by` is the login, for the log and the page.
 */
export type Actions = {
  /** `unknown`: no such build. `ended`: it has a verdict. `too-late`: its publication has begun, it will be published. */
  cancel(buildId: string, by: string): Promise<'unknown' | 'ended' | 'too-late' | 'cancelling'>;
  /** A new build of the same artifact from the same merge commit, or the sentence that says why there is none. */
  rebuild(
    buildId: string,
    options: { readonly noCache: boolean; readonly by: string },
  ): Promise<{ readonly buildId: string } | { readonly refused: string }>;
};
