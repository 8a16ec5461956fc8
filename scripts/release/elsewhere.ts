/** Builds the executable from the same sources in another folder, to check that its bytes do not depend on the folder. */
import { execFileSync } from "node:child_process"
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"

/** By hard links where the file system allows them, which takes seconds. */
const copyPackages = (to: string) => {
  try {
    execFileSync("cp", ["-al", "node_modules", to], { stdio: "ignore" })
  } catch {
    rmSync(to, { recursive: true, force: true })
    cpSync("node_modules", to, { recursive: true, verbatimSymlinks: true })
  }
}

/** Copies the packages and all files that git tracks or would add, builds there with the same seed, and leaves the executable at `outfile`. */
export const buildElsewhere = (outfile: string, seed: ReadonlyArray<string>): void => {
  const folder = join(mkdtempSync(join(tmpdir(), "gittensor-built-elsewhere-")), "another folder")
  try {
    const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" })
    for (const file of listed.split("\0").filter((name) => name !== "")) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      copyFileSync(file, join(folder, file))
    }
    copyPackages(join(folder, "node_modules"))
    for (const file of seed) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      copyFileSync(file, join(folder, file))
    }
    execFileSync(process.execPath, ["scripts/build.ts"], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] })
    mkdirSync(dirname(outfile), { recursive: true })
    copyFileSync(join(folder, "dist/gittensor"), outfile)
  } finally {
    rmSync(dirname(folder), { recursive: true, force: true })
  }
}
