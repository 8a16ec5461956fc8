const WITHOUT_EXTENSION: ReadonlySet<string> = new Set(["dockerfile", "makefile"])

export const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

/** The part after the last dot of the name, in lower case. A name without a dot: itself if `dockerfile` or `makefile`, otherwise "". */
export const extensionOf = (path: string): string => {
  const name = baseName(path)
  const dot = name.lastIndexOf(".")
  if (dot >= 0) return name.slice(dot + 1).toLowerCase()
  const lower = name.toLowerCase()
  return WITHOUT_EXTENSION.has(lower) ? lower : ""
}
