/** Loads modules from files, some of them compressed. */

/** The first bytes of a Zstandard frame. */
const ZSTANDARD = [0x28, 0xb5, 0x2f, 0xfd] as const

export const compiled = async (path: string): Promise<WebAssembly.Module> => {
  const bytes = await Bun.file(path).bytes()
  return WebAssembly.compile(ZSTANDARD.every((byte, index) => bytes[index] === byte) ? await Bun.zstdDecompress(bytes) : bytes)
}
