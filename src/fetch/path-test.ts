/** Whether a whole path is matched. `spend` is told how much work it takes, and may throw. */
export type PathTest = (path: string, spend: (work: number) => void) => boolean;
