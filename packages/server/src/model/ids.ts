/** A random text of `bytes` random bytes, in lower-case hexadecimal. */
export function randomHex(bytes: number): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex')
}

/** A random number, 0 ≤ n < 1, for what is to be spread and not to be secret, such as the jitter of a back-off. */
export function randomShare(): number {
  return Math.random()
}
