/** A separate small disk that tests can fill. Needs permission to mount. */
import { execFileSync, spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"

const mounted = (folder: string) => spawnSync("mount", ["-t", "tmpfs", "-o", "size=96m", "tmpfs", folder], { stdio: "ignore" }).status === 0
const probe = mkdtempSync(join(tmpdir(), "gittensor-mount-"))

/** Whether this process may mount file systems. */
export const mayMount = mounted(probe) && spawnSync("umount", [probe]).status === 0
rmSync(probe, { recursive: true, force: true })

/** An empty disk of 96 MB, unmounted when the scope closes. */
export const smallDisk = Effect.acquireRelease(
  Effect.sync(() => {
    const made = mkdtempSync(join(tmpdir(), "gittensor-full-"))
    mounted(made)
    return made
  }),
  (made) =>
    Effect.sync(() => {
      execFileSync("umount", ["-l", made])
      rmSync(made, { recursive: true, force: true })
    })
)

/** Postgres settings that fit on this disk. */
export const smallSettings = ["wal_keep_size = 0", "max_wal_size = 32MB", "min_wal_size = 32MB", "autovacuum = off"]

/** Fills the disk, and returns the file to remove. */
export const filled = (disk: string) =>
  Effect.sync(() => {
    const filler = join(disk, "filler")
    spawnSync("dd", ["if=/dev/zero", `of=${filler}`, "bs=64k"], { stdio: "ignore" })
    return filler
  })
