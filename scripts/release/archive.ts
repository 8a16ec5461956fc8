/** The parts of a release beside the executables: reproducible archives, their checksums, and a signature of the checksums. */
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"

/** The signer's identity and the namespace, which a verifier must name. */
const [IDENTITY, NAMESPACE] = ["release@gittensor", "gittensor-release"]

/** Packs a folder as `folder.tar.gz`, without timestamps or the packer's user. Needs GNU tar. */
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

/** Writes `allowed_signers` with an SSH key's public part, as `ssh-keygen -Y verify` reads it. */
export const writeSigners = (folder: string, key: string): string => {
  const file = join(folder, "allowed_signers")
  const [kind = "", bytes = ""] = execFileSync("ssh-keygen", ["-y", "-f", key], {
    encoding: "utf8",
    stdio: ["inherit", "pipe", "inherit"]
  }).split(" ")
  writeFileSync(file, `${IDENTITY} namespaces="${NAMESPACE}" ${kind} ${bytes.trim()}\n`)
  return file
}

/** Signs a file with an SSH key and writes `FILE.sig`, which ssh-keygen can verify. */
export const sign = (file: string, key: string): string => {
  // ssh-keygen would ask before it overwrites a signature.
  rmSync(`${file}.sig`, { force: true })
  execFileSync("ssh-keygen", ["-q", "-Y", "sign", "-f", key, "-n", NAMESPACE, file], { stdio: ["ignore", "ignore", "inherit"] })
  return `${file}.sig`
}
