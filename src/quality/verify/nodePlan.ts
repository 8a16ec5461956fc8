/** Test plans for JavaScript repositories: by npm, pnpm or bun, for one package or a workspace. */
import { jsonOf, type RepositoryFiles, record, strings } from "./manifests.ts"
import { everyCommand, isPlaceholder, type NodeCommand, type NodePackage, nodeCommand, scriptCommand } from "./nodeScripts.ts"
import { countOf, DEPENDENCIES, existing, type FoundPlan, folderOfPath } from "./testPlan.ts"
import { isInWorkspace } from "./workspaces.ts"

const TEST_FILE = [/\.[cm]?[jt]sx?$/, /[._-](?:test|spec)\.\w+$|(?:^|\/)(?:__tests__|tests?|specs?)(?:\/|\.\w+$)/]

const DEPENDENCY_TABLES = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"]

const packageIn = (files: RepositoryFiles, path: string): NodePackage => {
  const manifest = jsonOf(files.read(path))
  return {
    folder: folderOfPath(path),
    name: typeof manifest.name === "string" ? manifest.name : "",
    scripts: Object.fromEntries(
      Object.entries(record(manifest.scripts)).flatMap(([name, text]) => (typeof text === "string" ? [[name, text]] : []))
    ),
    dependencies: DEPENDENCY_TABLES.flatMap((table) => Object.keys(record(manifest[table])))
  }
}

/** Folders in a pnpm workspace file, from a plain YAML list. */
const ofPnpm = (text: string): ReadonlyArray<string> => {
  const lines = text.split("\n")
  const from = lines.findIndex((line) => /^packages:/.test(line))
  if (from < 0) return []
  const rest = lines.slice(from + 1)
  const end = rest.findIndex((line) => /^[^\s#-]/.test(line))
  return (end < 0 ? rest : rest.slice(0, end)).flatMap((line) => /^\s*-\s*["']?([^"'#\s]+)/.exec(line)?.[1] ?? [])
}

const workspaceOf = (files: RepositoryFiles): ReadonlyArray<string> => {
  const { workspaces } = jsonOf(files.read("package.json"))
  const named = Array.isArray(workspaces) ? strings(workspaces) : strings(record(workspaces).packages)
  return [...named, ...(files.has("pnpm-workspace.yaml") ? ofPnpm(files.read("pnpm-workspace.yaml")) : [])]
}

/** Runners by the packages that provide them, for repositories without a test script. */
const RUNNERS = [
  ["vitest", "vitest run"],
  ["jest", "jest"],
  ["mocha", "mocha"],
  ["ava", "ava"],
  ["tap", "tap"]
] as const

/** Copies all node_modules folders to the dependency folder. */
const KEEP = `find . -type d -name node_modules -prune -exec sh -c 'for one; do mkdir -p "${DEPENDENCIES}/$(dirname "$one")" && cp -R "$one" "${DEPENDENCIES}/$one" || exit 1; done' sh {} +`

/**
 * Links to the fetched packages instead of copying: tools write beside their packages, and copies of large trees take long. Links that the installer itself
 * made are workspace packages, which are in the work folder. Scope folders are descended into.
 */
const LINK = `take() { if [ -L "$1" ]; then cp -P "$1" "$2"; else ln -s "$1" "$2"; fi; }
(cd ${DEPENDENCIES} && find . -type d -name node_modules -prune) | while read -r at; do
  mkdir -p "$at"
  for one in "${DEPENDENCIES}/$at"/* "${DEPENDENCIES}/$at"/.bin; do
    [ -e "$one" ] || [ -L "$one" ] || continue
    case "\${one##*/}" in
      @*) mkdir -p "$at/\${one##*/}"; for two in "$one"/*; do take "$two" "$at/\${one##*/}/"; done;;
      *) take "$one" "$at/";;
    esac
  done
done`

/**
 * Adapts manifests to npm. npm installs Yarn's repositories, but does not support Yarn's specifiers for workspace packages, folders, patches and catalogues;
 * patched packages are fetched unpatched. npm also refuses a manifest that requires another manager.
 */
const FOR_NPM = `find . -name package.json -exec node -e '
for (const file of process.argv.slice(1)) {
  let manifest
  try { manifest = JSON.parse(fs.readFileSync(file, "utf8")) } catch { continue }
  delete manifest.devEngines
  for (const table of ${JSON.stringify(DEPENDENCY_TABLES)})
    for (const [name, version] of Object.entries(manifest[table] ?? []))
      manifest[table][name] = /^(workspace|catalog):/.test(version) ? "*" : String(version)
        .replace(/^(portal|link):/, "file:").replace(/^patch:@?[^@]+@(npm(:|%3A))?([^#]*)#.*$/, "$3")
  fs.writeFileSync(file, JSON.stringify(manifest))
}' {} +; `

export const node = (files: RepositoryFiles): FoundPlan | undefined => {
  if (!files.has("package.json")) return undefined
  const root = packageIn(files, "package.json")
  const globs = workspaceOf(files)
  const manifests = files.all.filter((path) => /(?:^|\/)package\.json$/.test(path) && !path.includes("node_modules/"))
  const members = manifests.filter((path) => path !== "package.json" && isInWorkspace(folderOfPath(path), globs))
  const packages = [root, ...members.map((path) => packageIn(files, path))] as const
  const manager = files.has("pnpm-lock.yaml") ? "pnpm" : existing(files, "bun.lock", "bun.lockb").length > 0 ? "bun" : "npm"
  const tests = countOf(files, ...TEST_FILE)
  const script = root.scripts.test !== undefined && !isPlaceholder(root.scripts.test) ? root.scripts.test : undefined
  const isInMembers = packages.slice(1).some(({ scripts }) => scripts.test !== undefined && !isPlaceholder(scripts.test))
  if (script === undefined && !isInMembers && tests === 0) return undefined

  const byName = RUNNERS.find(([name]) => packages.some(({ dependencies }) => dependencies.includes(name)))?.[1]
  const { command, hasRunner }: NodeCommand =
    script !== undefined
      ? scriptCommand(packages, "test")
      : isInMembers
        ? everyCommand(packages)
        : nodeCommand(packages, byName ?? (manager === "bun" ? "bun test" : "node --test"))
  const needs = packages.some(({ dependencies }) => dependencies.length > 0)
  const locked = existing(files, "package-lock.json", "npm-shrinkwrap.json").length > 0
  const install = {
    npm: `${locked ? "" : FOR_NPM}npm ${locked ? "ci" : "install"} --ignore-scripts --no-audit --no-fund --loglevel=error`,
    // A pnpmfile of the workspace, or of a package that its settings name, would run in the installer itself.
    pnpm: "pnpm install --frozen-lockfile --ignore-scripts --ignore-pnpmfile --config.node-linker=hoisted --config.package-import-method=copy",
    bun: "bun install --frozen-lockfile --ignore-scripts"
  }[manager]
  const locks = existing(
    files,
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "bun.lock",
    "bun.lockb"
  )
  const because = script !== undefined ? `, whose test script is "${script}"` : isInMembers ? " and the test scripts of its workspace" : ""
  return {
    // A script without a known runner may be a linter.
    tests: tests > 0 ? tests : hasRunner ? 1 : 0,
    plan: {
      ecosystem: manager,
      because: `package.json${because}`,
      command: `PATH="/box/work/node_modules/.bin:$PATH"; ${command}`,
      prepare: needs ? LINK : null,
      fetch: needs ? `${install} && ${KEEP}` : null,
      fetchRunsCode: false,
      fetchFiles: [...manifests, ...locks],
      // Keeps Corepack and pnpm from downloading the manager's version that a manifest names.
      environment: {
        CI: "true",
        NO_COLOR: "1",
        npm_config_update_notifier: "false",
        npm_config_manage_package_manager_versions: "false",
        COREPACK_ENABLE_PROJECT_SPEC: "0"
      },
      tools: [
        "node",
        ...(manager === "pnpm" ? (["pnpm"] as const) : []),
        ...(manager === "bun" || command.includes("bun ") ? (["bun"] as const) : [])
      ]
    }
  }
}
