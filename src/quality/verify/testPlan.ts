/** How a repository's tests are run in its ecosystem. */
import { Schema } from "effect"
import type { ReadOnlyPath } from "../../layers/machine/sandbox/Sandbox.ts"
import type { RepositoryFiles } from "./manifests.ts"

/** Folder of fetched dependencies inside a box: writable while they are fetched, then read-only. */
export const DEPENDENCIES = "/deps"

/** The installation folder of a program, after resolving symbolic links. */
const folderOf = (program: string): ReadonlyArray<string> => [
  "/bin/sh",
  "-c",
  `dirname "$(dirname "$(readlink -f "$(command -v ${program})")")"`
]

/** Commands that print a tool's installation folder. Version managers put only a small script on the PATH. */
export const TOOLS = {
  node: ["node", "-p", "require('path').dirname(require('path').dirname(process.execPath))"],
  bun: ["bun", "-p", "require('path').dirname(require('path').dirname(process.execPath))"],
  // Node's package managers are found in /usr or beside node; their own folder may contain more than a box should see.
  pnpm: ["node", "-p", "require('path').dirname(require('path').dirname(process.execPath))"],
  python3: ["python3", "-c", "import sys; print(sys.base_prefix)"],
  rustc: ["rustc", "--print", "sysroot"],
  go: ["go", "env", "GOROOT"],
  java: folderOf("java"),
  mvn: folderOf("mvn"),
  gradle: folderOf("gradle")
} as const satisfies Readonly<Record<string, ReadonlyArray<string>>>

type Tool = keyof typeof TOOLS
const isTool = (value: unknown): value is Tool => typeof value === "string" && Object.hasOwn(TOOLS, value)

/** A way to run a repository's tests, from the base's files alone. */
export const TestPlan = Schema.Struct({
  ecosystem: Schema.String,
  /** Why this ecosystem was chosen. */
  because: Schema.String,
  /** Shell command for the work folder. It writes the report to $REPORT; otherwise its output is the report. */
  command: Schema.String,
  /** Prepares the work folder before the first run; null: nothing to prepare. */
  prepare: Schema.NullOr(Schema.String),
  /** Shell command that fetches dependencies, in a folder with nothing but `fetchFiles` and with network access; null: nothing to fetch. */
  fetch: Schema.NullOr(Schema.String),
  /** Whether fetching runs the repository's own code, as with build systems that compute their dependencies. */
  fetchRunsCode: Schema.Boolean,
  /** The base's files that the fetch sees. */
  fetchFiles: Schema.Array(Schema.String),
  environment: Schema.Record({ key: Schema.String, value: Schema.String }),
  /** Programs that this machine must have. */
  tools: Schema.Array(Schema.declare(isTool))
})
export interface TestPlan extends Schema.Schema.Type<typeof TestPlan> {}

/** A plan with the number of the ecosystem's test files, estimated where tests are inside source files. */
export interface FoundPlan {
  readonly plan: TestPlan
  readonly tests: number
}

/** Third-party code in the repository, whose tests are not the repository's. */
const THIRD_PARTY = /(?:^|\/)(?:node_modules|vendor|third_party)\//

/** Number of the repository's own files whose paths match. */
export const countOf = (files: RepositoryFiles, ...patterns: ReadonlyArray<RegExp>): number =>
  files.all.filter((path) => patterns.every((pattern) => pattern.test(path)) && !THIRD_PARTY.test(path)).length

/** The folder of a file; "." for the root. */
export const folderOfPath = (path: string): string => (path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : ".")

/** Read-only paths and the PATH folder of a tool installed in `folder`. Every box has /usr. */
export const pathsOfTool = (folder: string): { readonly readOnly: ReadonlyArray<ReadOnlyPath>; readonly path: ReadonlyArray<string> } =>
  folder === "/usr" || folder === "" || folder === "/"
    ? { readOnly: [], path: [] }
    : { readOnly: folder.startsWith("/usr/") ? [] : [{ outside: folder, inside: folder }], path: [`${folder}/bin`] }

export const existing = (files: RepositoryFiles, ...names: ReadonlyArray<string>) => names.filter((name) => files.has(name))

export const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
