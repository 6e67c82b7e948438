const block = 512;
const zeros = Buffer.alloc(block);

/** Zeros that fill the last block of `size` bytes. */
export function padding(size: number): Buffer {
  return zeros.subarray(0, (block - (size % block)) % block);
}

/** Two blocks of zeros end a tar. */
export const tarEnd: Buffer = Buffer.alloc(2 * block);
