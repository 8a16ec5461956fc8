/** The byte ranges of the comments in one version of a file, in UTF-8. */

export interface CommentPlace {
  readonly start: number
  /** Exclusive. */
  readonly end: number
}

/** Encodes each as two numbers, its first byte and its length, in u32, little-endian. */
export const encodeComments = (places: Uint32Array): Uint8Array => new Uint8Array(places.buffer, places.byteOffset, places.byteLength)

/** Decodes places; undefined for malformed bytes. */
export const readComments = (bytes: Uint8Array): ReadonlyArray<CommentPlace> | undefined => {
  if (bytes.length % 8 !== 0) return undefined
  const numbers = new Uint32Array(bytes.slice().buffer)
  return Array.from({ length: numbers.length / 2 }, (_, index) => {
    const start = numbers[2 * index] ?? 0
    return { start, end: start + (numbers[2 * index + 1] ?? 0) }
  })
}
