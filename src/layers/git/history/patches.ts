/** What a patch says, file by file. */

const FILE = "diff --git "

/** How many lines a hunk has of each side: `@@ -1,2 +1 @@`. */
const countsOf = (line: string): readonly [removed: number, added: number] | undefined => {
  const [at, before = "", after = ""] = line.split(" ", 3)
  return at === "@@" ? [Number(before.split(",")[1] ?? 1), Number(after.split(",")[1] ?? 1)] : undefined
}

/**
 * The files of a patch as git writes it, in its order: the lines of each, after their signs; null for what is no text. What is in a hunk is never taken for the
 * beginning of another file.
 */
export const filesOfPatch = (patch: string): ReadonlyArray<ReadonlyArray<string> | null> => {
  const files: Array<Array<string> | null> = []
  let [before, after] = [0, 0]
  for (const line of patch.split("\n")) {
    const sign = line[0]
    if (before > 0 || after > 0) {
      if (sign === "\\") continue
      files.at(-1)?.push(line)
      if (sign !== "+") before--
      if (sign !== "-") after--
    } else if (line.startsWith(FILE)) files.push([])
    else if (line.startsWith("Binary files ")) files[files.length - 1] = null
    else [before, after] = countsOf(line) ?? [0, 0]
  }
  return files
}
