/** Modules from files, of which some are compressed. */

/** What Zstandard's frames begin with. */
const ZSTANDARD = [0x28, 0xb5, 0x2f, 0xfd] as const

export const compiled = async (path: string): Promise<WebAssembly.Module> => {
  const bytes = await Bun.file(path).bytes()
  return WebAssembly.compile(ZSTANDARD.every((byte, index) => bytes[index] === byte) ? await Bun.zstdDecompress(bytes) : bytes)
}
