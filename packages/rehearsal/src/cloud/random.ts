/** A number in [0, 1) that depends on the words only: the same for the same seed, whatever else is drawn. */
export function drawn(...words: readonly (string | number)[]): number {
  let hash = 2_166_136_261 // FNV-1a, 32 bit: offset basis
  for (const character of words.join('\0')) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619) // FNV-1a: prime
  }
  // The last round of MurmurHash3: FNV alone leaves neighbouring words close together.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
