/**
 * Limits how deep a JSON text is nested. `JSON.parse` takes any depth, but formatting, comparing or encoding the value is recursive and overflows the stack.
 */

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d]

/** The deepest nesting that is read of other people's JSON: ten times the deepest document of this program. */
export const MAX_NESTING = 100

/**
 * Whether lists and objects are nested deeper than `most`. Takes UTF-8 or a text, and reads each byte once. For other texts than JSON the result is
 * undefined.
 */
export const nestsDeeperThan = (most: number, json: Uint8Array | string): boolean => {
  const bytes = typeof json === "string" ? Buffer.from(json) : json
  let depth = 0
  let isInText = false
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (isInText) {
      if (byte === BACKSLASH) at++
      else if (byte === QUOTE) isInText = false
    } else if (byte === QUOTE) isInText = true
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      depth++
      if (depth > most) return true
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--
  }
  return false
}
