/** Files that are complete or absent, whenever the process is killed or the machine loses power. */
import { open, readdir, readFile, rename, rm } from "node:fs/promises"
import { dirname, join } from "node:path"

const UNFINISHED = ".unfinished"

const isMissing = (cause: unknown): boolean => cause instanceof Error && "code" in cause && cause.code === "ENOENT"

/** Makes the folder's entries durable, as `sync` does a file's content. */
const syncFolder = async (folder: string) => {
  const handle = await open(folder, "r")
  await handle.sync().finally(() => handle.close())
}

/** Writes a file whole, replacing one of that name. When this returns, the file is on the disk. */
export const writeDurably = async (path: string, content: string | Uint8Array): Promise<void> => {
  const handle = await open(`${path}${UNFINISHED}`, "w", 0o600)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${path}${UNFINISHED}`, path)
  await syncFolder(dirname(path))
}

/** Removes what a killed process left in a folder to which no other process writes. */
export const removeUnfinished = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder)) if (name.endsWith(UNFINISHED)) await rm(join(folder, name), { force: true })
}

/** A file's bytes; undefined if there is no such file. */
export const readIfPresent = (path: string): Promise<Uint8Array | undefined> =>
  readFile(path).catch((cause: unknown) => {
    if (isMissing(cause)) return undefined
    throw cause
  })
