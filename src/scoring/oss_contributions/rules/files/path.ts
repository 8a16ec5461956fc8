/** What a file's path tells: its extension, and whether it is a test. */

const WITHOUT_EXTENSION: ReadonlySet<string> = new Set(["dockerfile", "makefile"])

const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

/** The part after the last dot of the name, in lower case. A name without a dot: itself if `dockerfile` or `makefile`, otherwise "". */
export const extensionOf = (path: string): string => {
  const name = baseName(path)
  const dot = name.lastIndexOf(".")
  if (dot >= 0) return name.slice(dot + 1).toLowerCase()
  const lower = name.toLowerCase()
  return WITHOUT_EXTENSION.has(lower) ? lower : ""
}

const TEST_FOLDER = /(?:^|\/)(?:tests?|__tests?__|androidtest[a-z]*|integrationtest|spec)\/|\.tests?\//

/** Names may hold a line break: as in Python, `$` also matches before one at the end. */
const TEST_NAME = /^(?:test_|spec_|tests?\.[^.]+$|conftest\.py\n?$)|(?:_tests?|_spec|\.tests?|\.spec)\.[^.]+$/

/** Whether the path alone makes the file a test, ignoring case. */
export const isTestPath = (path: string): boolean => {
  const lower = path.toLowerCase()
  return TEST_FOLDER.test(lower) || TEST_NAME.test(baseName(lower))
}
