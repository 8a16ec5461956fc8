/** Test plans for Python repositories. Nothing is built: the repository's packages are found by their folders. */
import type { RepositoryFiles } from "./manifests.ts"
import { REGISTRY_REQUIREMENT, requirementFiles } from "./pythonDependencies.ts"
import { pythonProjects } from "./pythonProjects.ts"
import { countOf, DEPENDENCIES, existing, type FoundPlan, shellQuoted } from "./testPlan.ts"

/** Shell filter that drops requirements for the repository's own packages, since a registry may have other packages of the same name. `own`: normalised names. */
const withoutOwn = (own: ReadonlyArray<string>): string =>
  own.length === 0
    ? ""
    : ` | grep -viE ${shellQuoted(`^(${own.map((name) => name.replaceAll("-", "[-_.]+")).join("|")})([^A-Za-z0-9_.-]|$)`)}`

/**
 * Shell command that writes the lines with registry requirements to one file. Options on a line and option lines are dropped: they could name other servers,
 * or allow packages that need a build.
 */
const registryLines = (paths: ReadonlyArray<string>, target: string, own: ReadonlyArray<string>): string =>
  // `awk 1` terminates the last line of each file.
  `awk 1 ${["/dev/null", ...paths.map((path) => shellQuoted(`./${path}`))].join(" ")} | tr -d '\\r' | sed -e 's/\\(^\\|[[:space:]]\\)#.*//' -e 's/[[:space:]]-.*//' -e 's/[[:space:]]*\\\\*[[:space:]]*$//' | grep -E ${shellQuoted(REGISTRY_REQUIREMENT.source)}${withoutOwn(own)} >${target} || true`

export const python = (files: RepositoryFiles): FoundPlan | undefined => {
  const marks = existing(files, "pyproject.toml", "setup.py", "setup.cfg", "pytest.ini", "tox.ini", "requirements.txt", "conftest.py")
  const tests = countOf(files, /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/)
  if (tests === 0) return undefined
  const requirements = files.all.filter((path) => {
    const [, name = ""] = /^(?:requirements\/)?([\w.-]+)\.txt$/.exec(path) ?? []
    return /requirements|^(?:dev|tests?)$/.test(name) && !/doc|lint/.test(path)
  })
  const { lists, constraints } = requirementFiles(files, requirements)
  const { asked, own, folders } = pythonProjects(files, lists)
  const paths = folders.map((folder) => (folder === "." ? "/box/work" : `/box/work/${folder}`))
  return {
    tests,
    plan: {
      ecosystem: "pytest",
      because: marks[0] ?? "test files of Python",
      command: `python3 -m pytest -q -p no:cacheprovider --continue-on-collection-errors -o junit_family=xunit1 --junitxml="$REPORT"`,
      prepare: null,
      fetch:
        asked.length === 0 && lists.length === 0
          ? null
          : [
              registryLines(lists, "/tmp/requirements.txt", own),
              registryLines(constraints, "/tmp/constraints.txt", own),
              `python3 -m pip install --quiet --no-input --only-binary :all: --no-warn-script-location --target ${DEPENDENCIES}/python -r /tmp/requirements.txt -c /tmp/constraints.txt pytest ${asked.map(shellQuoted).join(" ")}`
            ].join("\n"),
      fetchRunsCode: false,
      fetchFiles: [...lists, ...constraints],
      environment: {
        PYTHONPATH: [...paths.flatMap((path) => [`${path}/src`, path]), `${DEPENDENCIES}/python`].join(":"),
        PYTHONDONTWRITEBYTECODE: "1",
        PYTHONHASHSEED: "0"
      },
      tools: ["python3"]
    }
  }
}
