/** Whether a permission, as GitHub names it, lets an account write to a repository. */
export const allowsWriting = (permission: string | undefined): boolean =>
  permission === 'admin' || permission === 'write';
