/** The projects of a Python repository that its tests use: the root's, members of a uv workspace, and those that Poetry paths and requirements files refer to. */
import { dirname, join, normalize } from "node:path"
import { type RepositoryFiles, record, strings, tomlOf } from "./manifests.ts"
import { poetryFolders, requirementsOf } from "./pythonDependencies.ts"
import { folderOfPath } from "./testPlan.ts"
import { isInWorkspace } from "./workspaces.ts"

export interface PythonProjects {
  /** Their registry requirements, without repetitions. */
  readonly asked: ReadonlyArray<string>
  /** The normalised names of the repository's own packages. */
  readonly own: ReadonlyArray<string>
  /** Folders that may contain their packages, the root first. */
  readonly folders: ReadonlyArray<string>
}

const normalised = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "-")

/** The name at the beginning of a requirement. */
const nameOf = (requirement: string): string => normalised(/^[A-Za-z0-9][\w.-]*/.exec(requirement)?.[0] ?? "")

/** Folders, from the root, in lines such as `-e ./packages/a[test]`, with their extras. */
const editable = (files: RepositoryFiles, lists: ReadonlyArray<string>) =>
  lists.flatMap((path) =>
    files
      .read(path)
      .split(/\r?\n/)
      .flatMap((line) => {
        const [, folder, extras = ""] = /^(?:(?:-e|--editable)[\s=]+)?(\.[\w./-]*)(?:\[([\w, .-]*)\])?\s*(?:[;#].*)?$/.exec(line) ?? []
        // Paths are relative to pip's working folder, which is the root, or to the file's own folder.
        return folder === undefined
          ? []
          : [folder, join(dirname(path), folder)].map((one) => ({
              folder: normalize(one),
              extras: extras.split(",").map((extra) => extra.trim())
            }))
      })
  )

const manifestIn = (files: RepositoryFiles, folder: string) => {
  const path = normalize(join(folder, "pyproject.toml"))
  return files.has(path) ? tomlOf(files.read(path)) : {}
}

const tablesOfPoetry = (manifest: Readonly<Record<string, unknown>>): ReadonlyArray<unknown> => {
  const poetry = record(record(manifest.tool).poetry)
  return [
    poetry.dependencies,
    poetry["dev-dependencies"],
    ...Object.values(record(poetry.group)).map((group) => record(group).dependencies)
  ]
}

const hasProject = (files: RepositoryFiles, folder: string): boolean =>
  ["pyproject.toml", "setup.py", "setup.cfg"].some((name) => files.has(normalize(join(folder, name))))

/** The projects that the root's manifest and these requirements files refer to. */
export const pythonProjects = (files: RepositoryFiles, lists: ReadonlyArray<string>): PythonProjects => {
  const uv = record(record(record(manifestIn(files, ".").tool).uv).workspace)
  const globs = [...strings(uv.members), ...strings(uv.exclude).map((glob) => `!${glob}`)]
  const members = files.all.filter((path) => path.endsWith("/pyproject.toml")).map(folderOfPath)
  const named = editable(files, lists)
  const folders = new Set([
    ".",
    ...members.filter((folder) => isInWorkspace(folder, globs)),
    ...named.map(({ folder }) => folder.replace(/\/$/, "") || ".")
  ])
  // Iterating over a set includes elements added during the loop.
  for (const folder of folders)
    for (const path of tablesOfPoetry(manifestIn(files, folder)).flatMap(poetryFolders))
      folders.add(normalize(join(folder, path)).replace(/\/$/, ""))
  const found = [...folders].filter((folder) => folder === "." || (!folder.startsWith("..") && hasProject(files, folder)))
  const own = found.flatMap((folder) => {
    const manifest = manifestIn(files, folder)
    const name = record(manifest.project).name ?? record(record(manifest.tool).poetry).name
    return typeof name === "string" && /^[A-Za-z0-9][\w.-]*$/.test(name) ? [normalised(name)] : []
  })
  const asked = found.flatMap((folder) =>
    requirementsOf(
      files,
      folder,
      named.filter((one) => (one.folder.replace(/\/$/, "") || ".") === folder).flatMap(({ extras }) => extras)
    )
  )
  return { asked: [...new Set(asked)].filter((one) => !own.includes(nameOf(one))), own, folders: found }
}
