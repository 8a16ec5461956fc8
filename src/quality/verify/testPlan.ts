/** How a repository's tests are run, as its ecosystem says. */
import type { ReadOnlyPath } from "../../layers/machine/sandbox/Sandbox.ts"
import type { RepositoryFiles } from "./manifests.ts"

/** Where fetched dependencies are inside a box: writable while they are fetched, read-only afterwards. */
export const DEPENDENCIES = "/deps"

/** A way to run a repository's tests, found by the base's files alone. */
export interface TestPlan {
  readonly ecosystem: string
  /** Why this ecosystem was chosen. */
  readonly because: string
  /** For /bin/sh in the work folder. It writes the report to the file in $REPORT; otherwise its output is the report. */
  readonly command: string
  /** Prepares the work folder before the first run; null if there is nothing to do. */
  readonly prepare: string | null
  /** For /bin/sh in a folder with nothing but `fetchFiles`, and with a network. null: nothing has to be fetched. */
  readonly fetch: string | null
  /** Whether fetching runs the repository's own code, as a build system does that has to run a build to know what it needs. */
  readonly fetchRunsCode: boolean
  /** The files that the fetch may see, from the base. */
  readonly fetchFiles: ReadonlyArray<string>
  readonly environment: Readonly<Record<string, string>>
  /** Programs that have to be on this machine. */
  readonly tools: ReadonlyArray<keyof typeof TOOLS>
}

/** The folder that a program is installed in, by where its file really is. */
const folderOf = (program: string): ReadonlyArray<string> => [
  "/bin/sh",
  "-c",
  `dirname "$(dirname "$(readlink -f "$(command -v ${program})")")"`
]

/** How to ask a tool for the folder that it is installed in. Version managers put only a small script on the path. */
export const TOOLS = {
  node: ["node", "-p", "require('path').dirname(require('path').dirname(process.execPath))"],
  bun: ["bun", "-p", "require('path').dirname(require('path').dirname(process.execPath))"],
  // A package manager of Node's is found in /usr or beside node; its own folder may hold more than a box should see.
  pnpm: ["node", "-p", "require('path').dirname(require('path').dirname(process.execPath))"],
  python3: ["python3", "-c", "import sys; print(sys.base_prefix)"],
  rustc: ["rustc", "--print", "sysroot"],
  go: ["go", "env", "GOROOT"],
  java: folderOf("java"),
  mvn: folderOf("mvn"),
  gradle: folderOf("gradle")
} as const satisfies Readonly<Record<string, ReadonlyArray<string>>>

/** A plan, and how many of the repository's files are tests of its ecosystem; about so many where tests stand beside the code. */
export interface FoundPlan {
  readonly plan: TestPlan
  readonly tests: number
}

/** Others' code in the repository, whose tests are not the repository's. */
const OTHERS = /(?:^|\/)(?:node_modules|vendor|third_party)\//

/** How many of the repository's own files have such a path. */
export const countOf = (files: RepositoryFiles, ...patterns: ReadonlyArray<RegExp>): number =>
  files.all.filter((path) => patterns.every((pattern) => pattern.test(path)) && !OTHERS.test(path)).length

/** The folder of a file; "." for the root. */
export const folderOfPath = (path: string): string => (path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : ".")

/** The read-only paths and the folder of programs of a tool that is installed in `folder`. What is in /usr is in every box. */
export const pathsOfTool = (folder: string): { readonly readOnly: ReadonlyArray<ReadOnlyPath>; readonly path: ReadonlyArray<string> } =>
  folder === "/usr" || folder === "" || folder === "/"
    ? { readOnly: [], path: [] }
    : { readOnly: folder.startsWith("/usr/") ? [] : [{ outside: folder, inside: folder }], path: [`${folder}/bin`] }

export const existing = (files: RepositoryFiles, ...names: ReadonlyArray<string>) => names.filter((name) => files.has(name))

export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
