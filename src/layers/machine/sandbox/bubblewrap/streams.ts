/** The streams of a box's process. */
import type { StartedBox } from "./startBox.ts"

/** Passes on each chunk until the stream ends. */
export const follow = async (stream: ReadableStream<Uint8Array>, take: (chunk: Uint8Array) => void): Promise<void> => {
  for await (const chunk of stream) take(chunk)
}

/** Writes to a box's standard input. A command need not read it, and may end first. */
export const feed = async ({ child: { stdin } }: StartedBox, bytes: Uint8Array): Promise<void> => {
  if (stdin === undefined) return
  try {
    stdin.write(bytes)
    await stdin.flush()
  } catch {
    // The command has ended.
  }
}

export const endInput = async ({ child: { stdin } }: StartedBox): Promise<void> => {
  try {
    await stdin?.end()
  } catch {
    // The command has ended.
  }
}

/** Bytes as Latin-1 text. */
export const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1")
