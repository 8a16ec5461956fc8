/** The warnings about folders on other machines' disks. The mount lines are real, except for their paths. */
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Scope } from "effect"
import { diskResult } from "../../../src/cli/doctor/disk.ts"
import { holdLock } from "../../../src/layers/storage/dataFolder/FolderLock.ts"
import { Mounts, networkFolder } from "../../../src/layers/storage/dataFolder/networkFolder.ts"
import { folder } from "../../support/folder.ts"
import { loggingTo } from "../../support/logging.ts"

const ROOT = "29 1 259:1 / / rw,relatime shared:1 - ext4 /dev/root rw,discard,errors=remount-ro"
const efs = (place: string, locks = "local_lock=none") =>
  `612 29 0:48 / ${place} rw,relatime shared:331 - nfs4 fs-0123.efs.eu-west-1.amazonaws.com:/ rw,vers=4.1,rsize=1048576,namlen=255,hard,noresvport,proto=tcp,sec=sys,clientaddr=10.0.0.1,${locks},addr=10.0.0.2`

/** A folder with the mounts that `mounts` lists for it. */
const mounted = (mounts: (place: string) => ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const place = realpathSync(yield* folder)
    const list = join(yield* folder, "mountinfo")
    writeFileSync(list, `${[ROOT, ...mounts(place)].join("\n")}\n`)
    return { place, inPlace: Effect.provideService(Mounts, list) }
  })

const told = (mounts: (place: string) => ReadonlyArray<string>, below = "data") =>
  Effect.gen(function* () {
    const { place, inPlace } = yield* mounted(mounts)
    mkdirSync(join(place, below), { recursive: true })
    return (yield* inPlace(networkFolder(join(place, below))))?.text.replaceAll(place, "PLACE")
  })

describe("a folder on another machine's disk", () => {
  it.scoped("is told by the mount that it is in, and by no other", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* told((place) => [efs(place)]), "PLACE/data is on a network file system (nfs4, mounted at PLACE)")
      const inner = (place: string) => [efs(place), `700 612 259:2 / ${place}/data rw - ext4 /dev/sdb rw`]
      assert.isUndefined(yield* told(inner))
      assert.strictEqual(yield* told(inner, "data2"), "PLACE/data2 is on a network file system (nfs4, mounted at PLACE)")
      assert.isUndefined(
        yield* told((place) => [efs(place), `700 612 259:2 / ${place} rw - xfs /dev/sdb rw`]),
        "the later mount hides the earlier one"
      )
      assert.isUndefined(yield* told(() => []))
      assert.isUndefined(
        yield* told((place) => [`40 29 0:30 / ${place} rw - fuse.lxcfs lxcfs rw`, `41 29 0:31 / ${place} rw - overlay overlay rw`])
      )
      for (const type of ["nfs", "cifs", "smb3", "9p", "ceph", "fuse.sshfs", "fuse.glusterfs"])
        assert.include((yield* told((place) => [`40 29 0:30 / ${place} rw - ${type} a:/b rw`])) ?? "", `(${type}, `)
    })
  )

  it.scoped("is told through links, and where its name has blanks", () =>
    Effect.gen(function* () {
      const blank = (place: string) => [efs(`${place}/my\\040data`)]
      assert.include((yield* told(blank, "my data")) ?? "", "(nfs4, mounted at PLACE/my data)")
      const { place, inPlace } = yield* mounted((place) => [efs(`${place}/far`)])
      mkdirSync(join(place, "far"))
      symlinkSync(join(place, "far"), join(place, "near"))
      assert.include((yield* inPlace(networkFolder(join(place, "near"))))?.text ?? "", "(nfs4, ")
      assert.isUndefined(yield* networkFolder(place), "by the real list")
      assert.isUndefined(yield* Effect.provideService(networkFolder(place), Mounts, join(place, "none")))
    })
  )

  it.scoped("is told with what keeps its locks to one machine", () =>
    Effect.gen(function* () {
      for (const locks of ["local_lock=all", "local_lock=posix", "nolock"])
        assert.include((yield* told((place) => [efs(place, locks)])) ?? "", `whose locks other machines do not see (${locks})`)
      assert.notInclude((yield* told((place) => [efs(place, "local_lock=flock")])) ?? "", "whose locks")
    })
  )

  it.scoped("is a warning of the doctor and of whoever takes its lock, and may be why the lock is not to be had", () =>
    Effect.gen(function* () {
      const { place, inPlace } = yield* mounted((place) => [efs(place)])
      const { result, detail, hint } = yield* inPlace(diskResult(join(place, "not yet")))
      assert.deepStrictEqual([result, detail.startsWith(`${place} is on a network file system (nfs4`)], ["warning", true])
      assert.match(hint ?? "", /^keep it on a disk of this machine: /)
      const lines: Array<string> = []
      yield* inPlace(holdLock(place, "validator", "validates")).pipe(Effect.provide(loggingTo(lines)))
      assert.lengthOf(lines, 1)
      assert.match(lines[0] ?? "", /is on a network file system .*: keep it on a disk of this machine: /)
      const refused = yield* Effect.flip(
        Effect.flatMap(Scope.make(), (scope) => Scope.extend(inPlace(holdLock(place, "validator", "validates")), scope))
      )
      assert.match(
        refused.message,
        /^another process validates \(process \d+ since .*\), it holds .*: end that one first\. If none runs, it may be the network's: .*nfs4/
      )
      const here = yield* Effect.flip(holdLock(place, "validator", "validates"))
      assert.match(here.message, /: end that one first$/)
    })
  )
})
