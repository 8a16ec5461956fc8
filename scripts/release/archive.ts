/** What a release is made of beside the executables: archives that come out the same each time, their checksums, and a signature of those. */
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"

/** Who signs, and what for: what a verifier names. */
export const [IDENTITY, NAMESPACE] = ["release@gittensor", "gittensor-release"]

/** Packs a folder as `folder.tar.gz`, without a trace of who packed it and when. Takes GNU tar. */
export const pack = (folder: string): string => {
  const archive = `${folder}.tar.gz`
  const tar = execFileSync(
    "tar",
    [
      "--sort=name",
      "--mtime=@0",
      "--owner=0",
      "--group=0",
      "--numeric-owner",
      "--mode=u+rwX,go+rX,go-w",
      "--format=ustar",
      "-C",
      dirname(folder),
      "-cf",
      "-",
      basename(folder)
    ],
    { maxBuffer: 4 * 1024 ** 3 }
  )
  writeFileSync(archive, execFileSync("gzip", ["-9", "-n"], { input: tar, maxBuffer: 4 * 1024 ** 3 }))
  return archive
}

/** Writes SHA256SUMS beside the files, as `sha256sum --check` reads it. */
export const writeSums = (folder: string, names: ReadonlyArray<string>): string => {
  const file = join(folder, "SHA256SUMS")
  const lines = names.toSorted().map(
    (name) =>
      `${createHash("sha256")
        .update(readFileSync(join(folder, name)))
        .digest("hex")}  ${name}\n`
  )
  writeFileSync(file, lines.join(""))
  return file
}

/** Signs a file with an SSH key, beside it as `.sig`: whoever has ssh-keygen can verify it. */
export const sign = (file: string, key: string): string => {
  // ssh-keygen asks before it writes over one.
  rmSync(`${file}.sig`, { force: true })
  execFileSync("ssh-keygen", ["-q", "-Y", "sign", "-f", key, "-n", NAMESPACE, file], { stdio: ["ignore", "ignore", "inherit"] })
  return `${file}.sig`
}
