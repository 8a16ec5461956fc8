/** What a real sandbox may read, write and use. Skipped where no sandbox can start; the attacks are in test/process/sandbox. */
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { WritablePath } from "../../../src/layers/machine/sandbox/Sandbox.ts"
import { canBox, readableFolder, shell } from "../../support/sandbox/boxes.ts"

const MEGABYTE = 1_000_000

const writableAt = (outside: string, quota: Partial<WritablePath> = {}) => ({
  writable: [{ outside, inside: "/written", bytes: 20 * MEGABYTE, files: 500, ...quota }]
})

/** Names and kinds of a folder's entries that a process of any user can see. */
const listed = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => {
      const found = lstatSync(join(folder, name))
      const [own, all] = [found.uid === process.getuid?.(), found.isDirectory() ? 0o005 : 0o004]
      const open = found.isSymbolicLink() || (found.mode & all) === all
      return `${name} ${found.isDirectory() ? "folder" : found.isFile() ? "file" : "other"}${own && open ? "" : " CLOSED"}`
    })
    .toSorted()

describe.skipIf(!canBox)("a box's input", () => {
  it.live("is nothing, or the given bytes, read or not", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* shell("wc -c")).output, "0\n")
      const stdin = new Uint8Array(3 * MEGABYTE).fill(65)
      const read = yield* shell("head -c 3; wc -c", { stdin })
      assert.strictEqual(read.output, "AAA2999997\n")
      const unread = yield* shell("exit 5", { stdin })
      assert.deepStrictEqual([unread.end, unread.exitCode], ["itself", 5])
    })
  )
})

describe.skipIf(!canBox)("a writable folder", () => {
  it.scopedLive("keeps what a box writes, which belongs to this process then and is open to read for all", () =>
    Effect.gen(function* () {
      const outside = yield* readableFolder
      mkdirSync(join(outside, "deep"))
      writeFileSync(join(outside, "deep/old"), "old")
      const elsewhere = join(yield* readableFolder, "private")
      writeFileSync(elsewhere, "private", { mode: 0o600 })
      symlinkSync(elsewhere, join(outside, "before"))
      const script = `echo new >>/written/deep/old; mkdir -m 0 /written/closed; ln -s ${elsewhere} /written/link; mkfifo /written/pipe
        cp /bin/true /written/program; chmod 6755 /written/program; : >/written/secret; chmod 0 /written/secret`
      const { end, exitCode, output } = yield* shell(script, writableAt(outside))
      assert.deepStrictEqual([end, exitCode, output], ["itself", 0, ""])
      assert.deepStrictEqual(listed(outside), [
        "before other",
        "closed folder",
        "deep folder",
        "deep/old file",
        "link other",
        "pipe other",
        "program file",
        "secret file"
      ])
      assert.strictEqual(readFileSync(join(outside, "deep/old"), "utf8"), "oldnew\n")
      assert.strictEqual(lstatSync(join(outside, "program")).mode & 0o6000, 0)
      // No symbolic link was followed.
      const { uid, mode } = lstatSync(elsewhere)
      assert.deepStrictEqual([uid, mode & 0o777], [process.getuid?.(), 0o600])
      const next = yield* shell("cat /seen/deep/old; ls /seen/closed", { readOnly: [{ outside, inside: "/seen" }] })
      assert.strictEqual(next.output, "oldnew\n")
    })
  )

  const fill = "i=0; while head -c 1000000 /dev/zero >/written/$i; do i=$((i + 1)); done"
  const hold = `i=3; while [ $i -lt 9 ]; do eval "exec $i>/written/hidden"; rm /written/hidden; head -c 10000000 /dev/zero >&$i; i=$((i + 1)); done; sleep 1000`
  const close = "mkdir /written/a; cd /written/a; chmod 0 .; chmod 0 /written; sleep 1000"
  const exceeding: ReadonlyArray<readonly [how: string, script: string, end: string]> = [
    ["bytes", fill, "disk"],
    ["bytes at its very end", "head -c 30000000 /dev/zero >/written/one", "disk"],
    ["bytes without a name", hold, "disk"],
    ["files", "i=0; while : >/written/$i; do i=$((i + 1)); done", "files"],
    ["folders within folders", "cd /written; i=0; while [ $i -lt 150 ]; do mkdir a; cd a; i=$((i + 1)); done; sleep 1000", "files"],
    // Root can list its content.
    ...(process.getuid?.() === 0 ? [] : [["what can't be looked at", close, "files"] as const])
  ]
  for (const [how, script, end] of exceeding)
    it.scopedLive(`ends a box that exceeds its quota by ${how}, and is empty then`, () =>
      Effect.gen(function* () {
        const outside = yield* readableFolder
        const result = yield* shell(script, writableAt(outside))
        assert.strictEqual(result.end, end)
        if (how !== "bytes without a name") assert.deepStrictEqual(readdirSync(outside), [])
        assert.isTrue(existsSync(outside))
      })
    )

  it.scopedLive("may be as full as its quota, hard links counting once and holes not at all", () =>
    Effect.gen(function* () {
      const outside = yield* readableFolder
      const script = `cd /written; head -c 15000000 /dev/zero >one; i=0; while [ $i -lt 400 ]; do ln one $i; i=$((i + 1)); done; truncate -s 100000000 hole`
      const { end, output } = yield* shell(script, writableAt(outside))
      assert.deepStrictEqual([end, output], ["itself", ""])
      assert.strictEqual(readdirSync(outside).length, 402)
    })
  )
})

describe.skipIf(!canBox)("a box's limits", () => {
  it.live("end it when all its processes together have used their processor time", () =>
    Effect.gen(function* () {
      const busy = "while :; do :; done"
      const { end, exitCode } = yield* shell(`${busy} & ${busy} & ${busy}`, { limits: { cpuSeconds: 1 } })
      assert.deepStrictEqual([end, exitCode], ["cpu", null])
      const short = yield* shell(`i=0; while [ $i -lt 1000 ]; do i=$((i + 1)); done`, { limits: { cpuSeconds: 30 } })
      assert.strictEqual(short.end, "itself")
    })
  )

  it.live("refuse more open files", () =>
    Effect.gen(function* () {
      const script = `ulimit -n; i=3; while [ $i -lt 40 ]; do eval "exec $i</dev/null" 2>/dev/null || exit 9; i=$((i + 1)); done`
      const { exitCode, output } = yield* shell(script, { limits: { openFiles: 20 } })
      assert.strictEqual(output.split("\n")[0], "20")
      assert.notStrictEqual(exitCode, 0)
    })
  )
})
