/**
 * What a file's path says of it: its extension, and whether it is a test.
 */

const WITHOUT_EXTENSION: ReadonlySet<string> = new Set(["dockerfile", "makefile"])

const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

/** What follows the last dot of the name, in lower case. Without a dot: `dockerfile` and `makefile` as they are, all others "". */
export const extensionOf = (path: string): string => {
  const name = baseName(path)
  const dot = name.lastIndexOf(".")
  if (dot >= 0) return name.slice(dot + 1).toLowerCase()
  const lower = name.toLowerCase()
  return WITHOUT_EXTENSION.has(lower) ? lower : ""
}

const TEST_FOLDER = /(?:^|\/)(?:tests?|__tests?__|androidtest[a-z]*|integrationtest|spec)\/|\.tests?\//

/** A `$` that also stands before a line break at the end, as in the program whose verdicts these are: names may hold one. */
const TEST_NAME = /^(?:test_|spec_|tests?\.[^.]+$|conftest\.py\n?$)|(?:_tests?|_spec|\.tests?|\.spec)\.[^.]+$/

/** Whether the path alone makes the file a test, whatever its case. */
export const isTestPath = (path: string): boolean => {
  const lower = path.toLowerCase()
  return TEST_FOLDER.test(lower) || TEST_NAME.test(baseName(lower))
}
