/** Runs this program inside a box. */
import { readdirSync, realpathSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { OWN_PROGRAM } from "../process/ownProgram.ts"
import type { ReadOnlyPath } from "./Sandbox.ts"

const EXECUTABLE = "/opt/gittensor/program"
const SOURCES = "/opt/gittensor/sources"

/** The paths that this program needs in a `BoxRequest`, and the beginning of its command line. */
export interface ProgramInside {
  readonly readOnly: ReadonlyArray<ReadOnlyPath>
  readonly command: readonly [string, ...Array<string>]
}

/**
 * `program`: the command line of this program outside. The compiled executable is one file; Bun with the entry file also needs the sources and
 * packages.
 */
export const ownProgramInside = ([executable = process.execPath, entry]: ReadonlyArray<string> = OWN_PROGRAM): ProgramInside => {
  const own: ReadOnlyPath = { outside: realpathSync(executable), inside: EXECUTABLE }
  if (entry === undefined) return { readOnly: [own], command: [EXECUTABLE] }
  const root = dirname(dirname(entry))
  // Bind each entry, because a package folder may be a link to elsewhere. Leave out the git history, and what a build elsewhere makes for a moment.
  const parts = readdirSync(root).filter((name) => !name.startsWith("."))
  const sources = parts.map((name) => ({ outside: realpathSync(join(root, name)), inside: join(SOURCES, name) }))
  return { readOnly: [own, ...sources], command: [EXECUTABLE, join(SOURCES, relative(root, entry))] }
}
