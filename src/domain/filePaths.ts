/** Classifies files by their path: generated, vendored, installed, tests, documents or product code. */
import { RE2JS } from "re2js"
import { baseName } from "./fileExtension.ts"
import linguist from "./linguist.generated.json"

/** Whether one of the patterns matches a part of a path. With backtracking most of them would be slow; RE2 reads a path once for all of them. */
const anyOf = (patterns: ReadonlyArray<string>): ((path: string) => boolean) => {
  let one: RE2JS | undefined
  return (path) => {
    one ??= RE2JS.compile(patterns.map((pattern) => `(?:${pattern})`).join("|"))
    return one.test(path)
  }
}
const isVendored = anyOf(linguist.vendored)

export const isGeneratedPath = anyOf(linguist.generated)

/** Lock files that Linguist does not count as generated. */
const LOCK_FILES: ReadonlySet<string> = new Set(
  (
    "yarn.lock bun.lock bun.lockb gemfile.lock go.sum go.work.sum mix.lock rebar.lock pubspec.lock podfile.lock cartfile.resolved " +
    "package.resolved packages.lock.json gradle.lockfile"
  ).split(" ")
)
const LOCK_NAME = /[.-](?:lock|shrinkwrap)(?:\.(?:json|yaml|hcl))?$/

/** Whether a path is that of a file in which a program notes the exact versions of packages. */
export const isLockFile = (path: string): boolean => {
  const name = baseName(path)
  return LOCK_FILES.has(name.toLowerCase()) || (LOCK_NAME.test(name) && isGeneratedPath(name))
}

const SNAPSHOT = /(?:^|\/)__snapshots__\/|\.(?:snap|snapshot|ambr)$/

/** Whether a path alone says that tools write the file, alike for everybody: lock files, snapshots of tests, and what Linguist counts as generated. */
export const isWrittenAlike = (path: string): boolean => isLockFile(path) || isGeneratedPath(path) || SNAPSHOT.test(path)

/** Whether Linguist counts a path as generated or vendored. */
export const isLinguistPath = (path: string): boolean => isGeneratedPath(path) || isVendored(path)

const INSTALLED = /(?:^|\/)(?:node_modules|bower_components)\//

/** Whether a path lies among installed packages. */
export const isInstalled = (path: string): boolean => INSTALLED.test(path)

const ASIDE_FOLDERS =
  /(?:^|\/)(?:tests?|__tests__|specs?|fixtures?|testdata|mocks?|__mocks__|examples?|samples?|docs?|benchmarks?)\/|(?:^|[/._-])(?:test|spec|example|sample|fixture)s?[._-]|\.(?:md|mdx|rst|adoc|txt)$/i

/** Tests, examples and documents. */
export const isAside = (path: string): boolean => ASIDE_FOLDERS.test(path)

const TESTS = /(?:^|\/)[\w.]+[-_](?:tests?|specs?)\//i

/** Whether a path is product code, by its name alone. */
export const isProductPath = (path: string): boolean => !isAside(path) && !TESTS.test(path) && !isInstalled(path) && !isLinguistPath(path)
