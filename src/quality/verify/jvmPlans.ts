/** Test plans for Maven and Gradle repositories. Their builds have to run to determine dependencies. */
import type { RepositoryFiles } from "./manifests.ts"
import { countOf, DEPENDENCIES, existing, type FoundPlan, folderOfPath, shellQuoted } from "./testPlan.ts"

const TEST_FILE = [/\.(?:java|kt|groovy|scala)$/, /(?:^|\/)src\/\w*[tT]est/]

/** Quoted texts on a line with a call, and on the lines that continue its argument list. */
const quotedIn = (text: string, call: RegExp): ReadonlyArray<string> => {
  const found: Array<string> = []
  let isOpen = false
  for (const line of text.split("\n")) {
    const begins = call.test(line)
    if (begins || isOpen) found.push(...[...line.matchAll(/["']([\w:./-]{1,200})["']/g)].map(([, name = ""]) => name))
    isOpen = (begins || isOpen) && line.split("//").some((part) => /[,(]$/.test(part.trimEnd()))
  }
  return found
}

/** An empty test, so that fetching resolves what the repository's test framework needs to run one. */
const emptyTest = (manifest: string): string =>
  /jupiter|junit-platform/.test(manifest)
    ? "class EmptyTest { @org.junit.jupiter.api.Test void empty() {} }"
    : /testng/.test(manifest)
      ? "public class EmptyTest { @org.testng.annotations.Test public void empty() {} }"
      : "public class EmptyTest { @org.junit.Test public void empty() {} }"

/** Joins the JUnit reports of all modules into one file. Removes old reports of an earlier run first. */
const withReports = (command: string, reports: string): string =>
  `find . -path '*/${reports}/*.xml' -delete; ${command}; code=$?; find . -path '*/${reports}/*.xml' -exec cat {} + >"$REPORT"; exit $code`

/** Maven 3.9 uses Java's proxy settings only with this option. */
const BY_PROXY = "-Daether.connector.http.useSystemProperties=true"

export const maven = (files: RepositoryFiles): FoundPlan | undefined => {
  if (!files.has("pom.xml")) return undefined
  const manifests = files.all.filter((path) => /(?:^|\/)pom\.xml$/.test(path) && !/(?:^|\/)src\//.test(path))
  const repository = `-Dmaven.repo.local=${DEPENDENCIES}/maven`
  const options = "--batch-mode --no-transfer-progress -Dstyle.color=never --fail-at-end -Dmaven.test.failure.ignore=true"
  const all = manifests.map((path) => files.read(path))
  const tests = manifests
    .filter((_, index) => !/<packaging>\s*pom\s*</.test(all[index] ?? ""))
    .map((path) => `${folderOfPath(path)}/src/test/java`)
  const empty = shellQuoted(emptyTest(all.join("\n")))
  return {
    tests: countOf(files, ...TEST_FILE),
    plan: {
      ecosystem: "maven",
      because: "pom.xml",
      command: withReports(`mvn --offline ${repository} ${options} test`, "surefire-reports"),
      prepare: null,
      // An empty test makes Maven fetch the plugins that compile and run tests, which it does not resolve otherwise.
      fetch: `${tests.map((folder) => `mkdir -p ${shellQuoted(folder)} && echo ${empty} >${shellQuoted(`${folder}/EmptyTest.java`)}`).join(" && ") || ":"}; mvn ${repository} ${options} ${BY_PROXY} test`,
      fetchRunsCode: true,
      fetchFiles: [...manifests, ...files.all.filter((path) => path.startsWith(".mvn/"))],
      environment: { MAVEN_OPTS: "-Xmx1g" },
      tools: ["java", "mvn"]
    }
  }
}

/** Resolves all resolvable configurations of all projects. `create`: `register` came with Gradle 4.9. */
const RESOLVE_ALL =
  "allprojects { tasks.create('resolveEverything') { doLast { (configurations + buildscript.configurations).findAll { it.canBeResolved }.each { try { it.files } catch (Exception ignored) { } } } } }"

export const gradle = (files: RepositoryFiles): FoundPlan | undefined => {
  const marks = existing(files, "build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts")
  if (marks.length === 0) return undefined
  const wrapper = files.has("gradlew")
  const settings = existing(files, "settings.gradle", "settings.gradle.kts")
    .map((path) => files.read(path))
    .join("\n")
  const included = quotedIn(settings, /\bincludeBuild\b/)
  // Gradle 9 rejects a project whose folder does not exist.
  const folders = quotedIn(settings, /\binclude\b/).map((name) => name.replace(/^:/, "").replaceAll(":", "/"))
  const making = folders.length === 0 ? "" : `mkdir -p ${folders.map((folder) => shellQuoted(`./${folder}`)).join(" ")}; `
  const program = wrapper ? "sh ./gradlew" : "gradle"
  const home = "/box/home/gradle"
  return {
    tests: countOf(files, ...TEST_FILE),
    plan: {
      ecosystem: "gradle",
      because: marks[0] ?? "",
      command: withReports(`${program} --offline --no-daemon --console=plain --continue test`, "build/test-results/test"),
      prepare: `mkdir -p ${home} && cp -R ${DEPENDENCIES}/gradle/. ${home}/`,
      fetch: `${making}echo ${shellQuoted(RESOLVE_ALL)} >/tmp/resolve.gradle; GRADLE_USER_HOME=${DEPENDENCIES}/gradle ${program} --no-daemon --console=plain --init-script /tmp/resolve.gradle resolveEverything`,
      fetchRunsCode: true,
      fetchFiles: files.all.filter(
        (path) =>
          /(?:^|\/)(?:[\w.-]+\.gradle(?:\.kts)?|gradle\.properties|gradle\.lockfile)$|^gradle\/|^gradlew$|^buildSrc\//.test(path) ||
          included.some((folder) => path.startsWith(`${folder.replace(/^\.\//, "").replace(/\/$/, "")}/`))
      ),
      environment: { GRADLE_USER_HOME: home, GRADLE_OPTS: "-Xmx1g -Dorg.gradle.vfs.watch=false" },
      tools: wrapper ? ["java"] : ["java", "gradle"]
    }
  }
}
