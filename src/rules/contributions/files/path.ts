/** Whether a file's path makes it a test. */
import { baseName } from "../../../domain/fileExtension.ts"

const TEST_FOLDER = /(?:^|\/)(?:tests?|__tests?__|androidtest[a-z]*|integrationtest|spec)\/|\.tests?\//

/** Names may hold a line break: as in Python, `$` also matches before one at the end. */
const TEST_NAME = /^(?:test_|spec_|tests?\.[^.]+$|conftest\.py\n?$)|(?:_tests?|_spec|\.tests?|\.spec)\.[^.]+$/

/** Whether the path alone makes the file a test, ignoring case. */
export const isTestPath = (path: string): boolean => {
  const lower = path.toLowerCase()
  return TEST_FOLDER.test(lower) || TEST_NAME.test(baseName(lower))
}
