/** Which folders belong to a workspace, by its manifest's patterns. Strangers write them, so a match takes time proportional to pattern and path. */

const matchesPart = (part: string, pattern: string): boolean => {
  const star = pattern.indexOf("*")
  if (star < 0) return part === pattern
  const [before, after] = [pattern.slice(0, star), pattern.slice(pattern.lastIndexOf("*") + 1)]
  return part.length >= before.length + after.length && part.startsWith(before) && part.endsWith(after)
}

const matches = (folder: string, pattern: string): boolean => {
  const [parts, patterns] = [folder.split("/"), pattern.replace(/^\.\//, "").replace(/\/$/, "").split("/")]
  const rest = patterns.indexOf("**")
  if (rest < 0) return parts.length === patterns.length && patterns.every((one, index) => matchesPart(parts[index] ?? "", one))
  const [before, after] = [patterns.slice(0, rest), patterns.slice(rest + 1).filter((one) => one !== "**")]
  return (
    parts.length >= before.length + after.length &&
    before.every((one, index) => matchesPart(parts[index] ?? "", one)) &&
    after.every((one, index) => matchesPart(parts[parts.length - after.length + index] ?? "", one))
  )
}

/** `globs`: `*` matches any name, `**` any folders, and a leading `!` excludes folders. */
export const isInWorkspace = (folder: string, globs: ReadonlyArray<string>): boolean =>
  globs.some((glob) => !glob.startsWith("!") && matches(folder, glob)) &&
  !globs.some((glob) => glob.startsWith("!") && matches(folder, glob.slice(1)))
