/** Which of a repository's files are tests, and which define dependencies. By path alone, because certainty needs a test run. */

const TEST_FOLDERS = /(?:^|\/)(?:tests?|__tests__|specs?|testdata|fixtures|__fixtures__|__snapshots__|__mocks__|e2e|integration-tests)\//i
const TEST_NAMES = [
  /^test_.*\.py$/,
  /_tests?\.(?:py|go|rs|c|cc|cpp|rb|exs?)$/,
  /^conftest\.py$/,
  /[._-](?:test|tests|spec)\.[cm]?[jt]sx?$/,
  /^tests?\.[cm]?[jt]sx?$/,
  /^(?:Test.*|.*(?:Test|Tests|TestCase|IT|Spec))\.(?:java|kt|groovy|scala)$/,
  /\.snap$/
]
/** Settings of test runners, with which a pull request could skip tests. */
const RUNNER_SETTINGS = [
  /^pytest\.ini$/,
  /^\.?pytest\.toml$/,
  /^tox\.ini$/,
  /^(?:jest|vitest|vitest\.workspace|playwright|karma|ava)\.(?:config|conf|setup)\.[cm]?[jt]s(?:on)?$/,
  /^\.mocharc(?:\..+)?$/,
  /^\.taprc$/
]

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

/** Tests, their data, and their runner's settings. */
export const isTestFile = (path: string): boolean =>
  TEST_FOLDERS.test(path) ||
  TEST_NAMES.some((pattern) => pattern.test(nameOf(path))) ||
  RUNNER_SETTINGS.some((pattern) => pattern.test(nameOf(path)))

const DEPENDENCY_FILES = [
  /^package(?:-lock)?\.json$/,
  /^(?:npm-shrinkwrap\.json|pnpm-lock\.yaml|pnpm-workspace\.yaml|yarn\.lock|bun\.lockb?|\.npmrc|\.yarnrc(?:\.yml)?|bunfig\.toml)$/,
  /^(?:pyproject\.toml|setup\.py|setup\.cfg|requirements.*\.(?:txt|in)|constraints.*\.txt|Pipfile(?:\.lock)?|poetry\.lock|uv\.lock|pdm\.lock)$/,
  /^(?:Cargo\.(?:toml|lock)|rust-toolchain(?:\.toml)?)$/,
  /^(?:go\.(?:mod|sum|work|work\.sum))$/,
  /^(?:pom\.xml|build\.gradle(?:\.kts)?|settings\.gradle(?:\.kts)?|gradle\.properties|gradle\.lockfile|libs\.versions\.toml|gradle-wrapper\.properties)$/
]

/** Manifests and lock files. Dependencies are fetched by the base's. */
export const isDependencyFile = (path: string): boolean => DEPENDENCY_FILES.some((pattern) => pattern.test(nameOf(path)))
