/** Parses a patch into its files. */

const FILE = "diff --git "

/** A hunk's number of lines on each side, from its header: `@@ -1,2 +1 @@`. */
const countsOf = (header: string): readonly [removed: number, added: number] => {
  const [, before = "", after = ""] = header.split(" ", 3)
  return [Number(before.split(",")[1] ?? 1), Number(after.split(",")[1] ?? 1)]
}

/** The files of a git patch in order, with each one's lines and the headers of its hunks; null: not text. Lines inside a hunk never start another file. */
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
    else if (line.startsWith("@@ ")) {
      files.at(-1)?.push(line)
      ;[before, after] = countsOf(line)
    }
  }
  return files
}
