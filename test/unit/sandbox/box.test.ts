/** The parts of sandboxing that need no real sandbox. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { mountsOf, ownFolder } from "../../../src/layers/machine/sandbox/bubblewrap/cgroups.ts"
import { memoryOf } from "../../../src/layers/machine/sandbox/bubblewrap/inspect.ts"
import { readResults } from "../../../src/layers/machine/sandbox/bubblewrap/scripts.ts"
import { notBegun } from "../../../src/layers/machine/sandbox/bubblewrap/startBox.ts"
import { KeptOutput } from "../../../src/layers/machine/sandbox/keptOutput.ts"
import { DEFAULT_LIMITS, shownOutput } from "../../../src/layers/machine/sandbox/Sandbox.ts"

const bytes = (text: string) => new TextEncoder().encode(text)

describe("a box that does not begin", () => {
  it.each([
    ["prlimit: failed to set the NOFILE resource limit: Operation not permitted", "ulimit -n"],
    ["bwrap: Creating new namespace failed: Operation not permitted", "unprivileged_userns_clone"]
  ])("after %s", (said, advice) => {
    const found = notBegun("", said, "itself", { command: [] }, DEFAULT_LIMITS)
    assert.include(found?.message, said)
    assert.include(found?.message, advice)
  })
})

describe("a box's results", () => {
  it("are read by name", () => {
    const { exitCode, results } = readResults(bytes("code 3\nfile 5 a.json\nhellofile 0 b\n"))
    assert.strictEqual(exitCode, 3)
    assert.deepStrictEqual(
      [...results].map(([name, value]) => [name, Buffer.from(value).toString()]),
      [
        ["a.json", "hello"],
        ["b", ""]
      ]
    )
  })

  it("end where a line is not of the form, or says more than there is", () => {
    const namesOf = (text: string) => [...readResults(bytes(text)).results.keys()]
    assert.deepStrictEqual(namesOf("code 0\nfile 1 a\nxfile 9999 b\nx"), ["a"])
    assert.deepStrictEqual(namesOf("code 0\nfile 1 ../a\nx"), [])
    assert.deepStrictEqual(namesOf("code 0\nfile -1 a\nx"), [])
    assert.isNull(readResults(bytes("file 1 a\nx")).exitCode)
    assert.isNull(readResults(bytes("")).exitCode)
  })

  it("may be any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        readResults(Buffer.concat([Buffer.from("code 0\nfile 3 a\nabc"), noise]))
        assert.isBelow(readResults(noise).results.size, 2)
      })
    )
  })
})

describe("kept output", () => {
  it("is the first half and the last, however it arrives", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme-ascii", maxLength: 30 }), { maxLength: 30 }),
        fc.integer({ min: 2, max: 60 }),
        (parts, most) => {
          const kept = new KeptOutput(most)
          for (const part of parts) kept.push(bytes(part))
          const whole = parts.join("")
          const half = Math.ceil(most / 2)
          if (whole.length <= 2 * half) {
            assert.strictEqual(kept.text(), whole)
            assert.strictEqual(kept.omitted, 0)
          } else {
            assert.strictEqual(kept.omitted, whole.length - 2 * half)
            assert.isTrue(kept.text().startsWith(whole.slice(0, half)))
            assert.isTrue(kept.text().endsWith(whole.slice(-half)))
          }
        }
      )
    )
  })

  it("is shown without anything that a terminal obeys", () => {
    assert.strictEqual(shownOutput("a\r\nb\tc\u001b[2J\u009b1m\u202ed\u0000\u2028"), "a\nb\tc\ufffd[2J\ufffd1m\ufffdd\ufffd\ufffd")
  })
})

describe("a box's cgroup", () => {
  const VERSION_1 = [
    "30 25 0:26 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory",
    "31 25 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
    "32 25 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw"
  ].join("\n")

  it("is below the own one, in version 1, in version 2, and in a container that sees a part", () => {
    const membership = "4:memory:/some/service\n3:cpu,cpuacct:/\n0::/other\n"
    assert.strictEqual(ownFolder(VERSION_1, membership, "memory"), "/sys/fs/cgroup/memory/some/service")
    assert.strictEqual(ownFolder(VERSION_1, membership, "cpuacct"), "/sys/fs/cgroup/cpu,cpuacct")
    assert.strictEqual(ownFolder(VERSION_1, membership, ""), "/sys/fs/cgroup/unified/other")
    assert.isUndefined(ownFolder(VERSION_1, membership, "pids"))
    const container = "50 49 0:26 /docker/1 /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw,nsdelegate"
    assert.strictEqual(ownFolder(container, "0::/docker/1/inner\n", ""), "/sys/fs/cgroup/inner")
    assert.isUndefined(ownFolder(container, "0::/elsewhere\n", ""))
  })

  it("is nowhere where nothing is mounted", () => {
    assert.deepStrictEqual(mountsOf(""), [])
    assert.deepStrictEqual(mountsOf("22 1 8:1 / / rw - ext4 /dev/sda1 rw"), [])
  })
})

describe("a box's memory", () => {
  it("is not that of this machine while the box still sees this machine's processes", () => {
    assert.strictEqual(memoryOf(process.pid), 0)
  })
})
