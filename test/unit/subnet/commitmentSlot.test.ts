/** A hotkey's commitment slot, which several texts share: writing one text never loses another, in whatever order. */
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Either, Fiber, Option } from "effect"
import * as fc from "fast-check"
import * as Slot from "../../../src/domain/CommitmentSlot.ts"
import { writeText } from "../../../src/layers/chain/subnet/commitments.ts"
import { chainFieldsOf, slotFieldsOf } from "../../../src/layers/chain/subnet/slotFields.ts"
import { link, raw } from "../../support/bittensor/commitments.ts"

const ZEROS = "0".repeat(64)
const hash = (digit: string) => digit.repeat(64)
const scores = (epoch: number, sha256 = hash("a"), previous = ZEROS, seen?: string): Slot.SlotText => ({
  _tag: "Scores",
  scores: { epoch, sha256, previous, ...(seen === undefined ? {} : { seen }) }
})
const roster = (version: number, sha256 = hash("b")): Slot.SlotText => ({ _tag: "Roster", roster: { version, sha256 } })

const write = (fields: Slot.SlotFields, ...texts: ReadonlyArray<Slot.SlotText>): Slot.SlotFields =>
  texts.reduce((slot, text) => Either.getOrThrow(Slot.withText(slot, text)), fields)

/** The same text of a later epoch, or a later version. */
const later = (one: Slot.SlotText): Slot.SlotText => {
  if (one._tag === "Scores") return { ...one, scores: { ...one.scores, epoch: 500_000_000 + (one.scores.epoch % 499_999_999) } }
  return one._tag === "Roster" ? { ...one, roster: { ...one.roster, version: 500_000_000 + (one.roster.version % 499_999_999) } } : one
}

const digits = fc.stringMatching(/^[0-9a-f]{64}$/)
const counted = fc.integer({ min: 0, max: 499_999_999 })
const linkText = fc
  .tuple(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), fc.stringMatching(/^[A-Za-z0-9]{1,64}$/))
  .map(([account, gist]) => link(account, gist))
const seen = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => bytes.toBase64({ alphabet: "base64url", omitPadding: true }))
const scoresText = fc
  .tuple(counted, digits, digits, fc.option(seen, { nil: undefined }))
  .map(([epoch, sha256, previous, has]) => scores(epoch, sha256, previous, has))
const rosterText = fc.tuple(counted, digits).map(([version, sha256]) => roster(version + 1, sha256))
const text = fc.oneof(linkText, scoresText, rosterText)

/** Fields that other programs may store in a slot, including hostile ones. */
const foreign: fc.Arbitrary<Slot.SlotField> = fc.oneof(
  fc
    .oneof(
      fc.string({ maxLength: 32, unit: "binary" }),
      digits,
      fc.constantFrom("hello", "gh:", "gh:5:", "abc123", "gittensor/scores/v2:1", "gittensor", `scores:${hash("c")}`, "🦀")
    )
    .filter((one) => one !== "" && Buffer.from(one).toString() === one)
    .map((one): Slot.SlotField => ({ _tag: "Raw", text: one })),
  fc.constant<Slot.SlotField>({ _tag: "Opaque", kind: "sha256", value: `0x${hash("d")}` }),
  fc.constant<Slot.SlotField>({ _tag: "Opaque", kind: "timelockEncrypted", value: { encrypted: "0x0102", revealRound: 7 } }),
  fc.constant<Slot.SlotField>({ _tag: "Opaque", kind: "raw2", value: "0xfffe" }),
  fc.constant<Slot.SlotField>({ _tag: "BigRaw", text: "x".repeat(300) })
)

/** All possible fields of a slot, including those that our programs never write. */
const anyField = fc.oneof(
  foreign,
  fc.oneof(linkText, scoresText, rosterText).chain((one) => fc.constantFrom(...write([], one))),
  fc.constantFrom<Slot.SlotField>(
    { _tag: "Raw", text: `gittensor/scores/v1:1:${hash("a")}` },
    { _tag: "Raw", text: `gittensor/scores/v1:01:${hash("a")}:` },
    { _tag: "Raw", text: `gittensor/roster/v1:1:${hash("A")}` },
    { _tag: "BigRaw", text: `gittensor/scores/v1:1:${hash("a")}:${hash("b")}` },
    { _tag: "Raw", text: "" }
  )
)

const bytesOf = (field: Slot.SlotField) => (field._tag === "Raw" ? Buffer.byteLength(field.text) : 0)

/** The three texts that validators read from a slot. */
const read = (fields: Slot.SlotFields) => ({
  Link: Option.getOrNull(Slot.linkOf(fields)),
  Scores: Option.getOrNull(Slot.scoresOf(fields)),
  Roster: Option.getOrNull(Slot.rosterOf(fields))
})

/** A field that is not one of this program's texts, at any index. */
const isForeign = (field: Slot.SlotField) => {
  const { Link, Scores, Roster } = read([field])
  return (
    Link === null && Scores === null && Roster === null && !(field._tag !== "Opaque" && /^gittensor\/(scores|roster)\/v1:/.test(field.text))
  )
}

describe("a slot", () => {
  it("holds a link, the scores and a roster together, whatever their order", () => {
    const [a, b, c] = [link(583_231, "aa5a315d61ae9438b18d"), scores(7), roster(3)] as const
    for (const order of [
      [a, b, c],
      [a, c, b],
      [b, a, c],
      [b, c, a],
      [c, a, b],
      [c, b, a]
    ]) {
      const slot = write([], ...order)
      assert.isAtMost(slot.length, 3)
      for (const one of order) assert.isTrue(Slot.holds(slot, one), JSON.stringify(slot))
      const again = write(slot, scores(8, hash("e"), hash("a")), link(583_231, "ffff"))
      assert.deepStrictEqual(read(again), {
        Link: { account: 583_231, gist: "ffff" } as never,
        Scores: { epoch: 8, sha256: hash("e"), previous: hash("a") },
        Roster: { version: 3, sha256: hash("b") }
      })
    }
  })

  it("has each text in the documented fields", () => {
    assert.deepStrictEqual(write([], link(1, "abc"), scores(7, hash("e"), hash("f"))), [
      ...raw("gh:1:abc", `gittensor/scores/v1:7:${hash("e")}:`, hash("f"))
    ])
    assert.deepStrictEqual(write([], roster(12)), raw(`gittensor/roster/v1:12:${hash("b")}`))
    assert.deepStrictEqual(write([], link(1, "abc"), scores(7), roster(2)), [
      { _tag: "Raw", text: "gh:1:abc" },
      { _tag: "BigRaw", text: `gittensor/scores/v1:7:${hash("a")}:${ZEROS}` },
      { _tag: "Raw", text: `gittensor/roster/v1:2:${hash("b")}` }
    ])
  })

  it("is written within the chain's limits, and holds what was written", () => {
    fc.assert(
      fc.property(fc.array(anyField, { maxLength: 3 }), text, (fields, one) => {
        const written = Slot.withText(fields, one)
        if (Either.isLeft(written)) return
        assert.isAtMost(written.right.length, 3)
        for (const field of written.right) assert.isAtMost(bytesOf(field), 128)
        assert.isTrue(Slot.holds(written.right, one), JSON.stringify(written.right))
        assert.deepStrictEqual(Either.getOrThrow(Slot.withText(written.right, one)), written.right, "twice is once")
      }),
      { numRuns: 500 }
    )
  })

  it("loses nothing that another text or another program has in it", () => {
    fc.assert(
      fc.property(fc.array(foreign, { maxLength: 2 }), fc.array(text, { minLength: 1, maxLength: 12 }), (others, texts) => {
        fc.pre(others.every(isForeign) && Option.isNone(Slot.linkOf(others)))
        let slot: Slot.SlotFields = others
        const newest: Record<Slot.SlotText["_tag"], Slot.SlotText | undefined> = { Link: undefined, Scores: undefined, Roster: undefined }
        for (const one of texts) {
          const written = Slot.withText(slot, one)
          if (Either.isRight(written)) {
            slot = written.right
            newest[one._tag] = one
          }
          for (const kept of Object.values(newest)) if (kept !== undefined) assert.isTrue(Slot.holds(slot, kept), JSON.stringify(slot))
          assert.deepStrictEqual(
            slot.filter(isForeign).filter((field) => !Slot.isSame([field], raw(ZEROS)) && others.includes(field)),
            others
          )
        }
      }),
      { numRuns: 500 }
    )
  })

  it("keeps its other texts whatever hostile fields are in it", () => {
    fc.assert(
      fc.property(fc.array(anyField, { maxLength: 3 }), text, (fields, one) => {
        const written = Slot.withText(fields, one)
        if (Either.isLeft(written)) return
        const [before, after] = [read(fields), read(written.right)]
        for (const kind of ["Link", "Scores", "Roster"] as const)
          if (kind !== one._tag) assert.deepStrictEqual(after[kind], before[kind], `${kind} of ${JSON.stringify(fields)}`)
      }),
      { numRuns: 1_000 }
    )
  })

  it("gains no text by what is left out when another one is written", () => {
    const flag: Slot.SlotField = { _tag: "Opaque", kind: "resetBondsFlag", value: null }
    const empty: Slot.SlotField = { _tag: "Raw", text: "" }
    const [malformed, digest] = raw(`gittensor/scores/v1:1:${hash("a")}`, hash("b"))
    const slots: ReadonlyArray<Slot.SlotFields> = [
      [...raw("gh:5:"), ...[malformed, digest].filter((field) => field !== undefined)],
      ...[flag, empty].map((one) => [...raw(`gittensor/scores/v1:7:${hash("a")}:`), one, ...raw(hash("b"))]),
      ...[flag, empty].map((one) => [...raw("gh:5:"), one, ...raw("abc")])
    ]
    for (const slot of slots)
      for (const one of [link(1, "abc"), scores(1), roster(1)]) {
        const written = Slot.withText(slot, one)
        if (Either.isLeft(written)) continue
        const [before, after] = [read(slot), read(written.right)]
        for (const kind of ["Link", "Scores", "Roster"] as const)
          if (kind !== one._tag) assert.deepStrictEqual(after[kind], before[kind], `${kind} of ${JSON.stringify(slot)}`)
      }
  })

  it("is refused with the names of what fills it", () => {
    const full: Slot.SlotFields = [
      { _tag: "Raw", text: "model v7\u0007" },
      { _tag: "Opaque", kind: "sha256", value: `0x${hash("d")}` },
      { _tag: "Raw", text: "third" }
    ]
    for (const one of [link(1, "abc"), scores(1), roster(1)]) {
      const refused = Either.getOrThrow(Either.flip(Slot.withText(full, one)))
      assert.match(
        refused.message,
        /^there is no room for "g.*which has 3 fields and holds "model v7·", "sha256", "third": .* then try again$/
      )
    }
    // Two foreign fields leave room for one text of each length.
    assert.isTrue(Slot.holds(write(full.slice(0, 2), scores(1)), scores(1)))
    assert.isTrue(Either.isLeft(Slot.withText(write(full.slice(0, 2), link(1, "abc")), scores(1))))
  })

  it("keeps a link that another tool has cut into several fields", () => {
    const cut = raw("gh:583231:", "aa5a", "315d")
    assert.deepStrictEqual(read(cut).Link as unknown, { account: 583_231, gist: "aa5a315d" })
    assert.deepStrictEqual(write(cut, scores(1)), [...raw("gh:583231:aa5a315d"), ...write([], scores(1))])
    assert.deepStrictEqual(write(cut, link(1, "b")), raw("gh:1:b"))
  })

  it("finds a link in any field, beside any text", () => {
    for (const beside of ["hello", "0", "gh:", "gh:1", hash("f")])
      for (const fields of [raw("gh:7:abc", beside), raw(beside, "gh:7:abc"), raw("x y", "gh:7:abc", beside)])
        assert.deepStrictEqual(read(fields).Link as unknown, { account: 7, gist: "abc" }, JSON.stringify(fields))
    assert.deepStrictEqual(read(raw("gh:7:abc", "gh:8:abc")).Link as unknown, { account: 7, gist: "abc" }, "the first counts")
  })

  it("has no scores and no roster where a digit is wrong", () => {
    const head = `gittensor/scores/v1:7:${hash("a")}:`
    for (const fields of [
      raw(head),
      raw(head, hash("A")),
      raw(head, hash("a").slice(1)),
      raw(head, `${hash("a")}\n`),
      raw(hash("a"), head),
      raw(head, "hello", hash("a")),
      raw(head.replace(":7:", ":07:"), hash("a")),
      raw(head.replace(":7:", ":1000000000:"), hash("a")),
      raw(`${head}${hash("a")}`),
      raw(` ${head}`, hash("a"))
    ])
      assert.isNull(read(fields).Scores, JSON.stringify(fields))
    assert.isNotNull(read(raw("hello", head, hash("a"))).Scores)
    for (const one of [
      `gittensor/roster/v1:1:${hash("b")}0`,
      `gittensor/roster/v1:-1:${hash("b")}`,
      `gittensor/roster/v1:1:${hash("b")}\n`
    ])
      assert.isNull(read(raw(one)).Roster, one)
  })

  it("drops a flag, which is an order that the chain has carried out, and empty fields", () => {
    const flags: Slot.SlotFields = [
      { _tag: "Opaque", kind: "resetBondsFlag", value: null },
      { _tag: "Opaque", kind: "none", value: null },
      ...raw("")
    ]
    assert.deepStrictEqual(write(flags, link(1, "abc")), raw("gh:1:abc"))
  })

  it("is the same in the chain's form and back", () => {
    fc.assert(
      fc.property(fc.array(anyField, { maxLength: 3 }), (fields) => {
        const chain = chainFieldsOf(fields)
        // polkadot.js prints names with a lower-case first letter.
        const printed = chain.map((one) =>
          Object.fromEntries(Object.entries(one).map(([name, value]) => [`${name.charAt(0).toLowerCase()}${name.slice(1)}`, value]))
        )
        assert.deepStrictEqual(slotFieldsOf(printed), fields)
      })
    )
    const hostile = [null, 7, "raw5", {}, { raw5: 7 }, { raw5: "0x6" }, { raw1: "0xff" }, { raw3: "0xefbbbf" }]
    assert.deepStrictEqual(
      slotFieldsOf(hostile).map(({ _tag }) => _tag),
      ["Opaque", "Opaque", "Opaque", "Opaque", "Opaque", "Opaque", "Opaque", "Raw"]
    )
    assert.deepStrictEqual(Slot.asText(slotFieldsOf([{ raw3: "0xefbbbf" }])), ["·"])
  })
})

/** A chain with one slot: writes wait until a block includes them, several in one block, in order. */
const modelChain = (first: Slot.SlotFields) => {
  let slot = first
  let blocks = 0
  const pool: Array<() => void> = []
  const access = {
    read: Effect.sync(() => slot),
    write: (fields: Slot.SlotFields) =>
      Effect.gen(function* () {
        const included = yield* Deferred.make<{ inclusion: number; replaced: Slot.SlotFields }>()
        let replaced: Slot.SlotFields = []
        pool.push(() => {
          replaced = parent
          slot = fields
          Deferred.unsafeDone(
            included,
            Effect.suspend(() => Effect.succeed({ inclusion: blocks, replaced }))
          )
        })
        return yield* Deferred.await(included)
      })
  }
  let parent = first
  const produce = (most: number) => {
    parent = slot
    blocks++
    for (const apply of pool.splice(0, most)) apply()
  }
  const overwrite = (fields: Slot.SlotFields) => {
    slot = fields
  }
  return { access, produce, overwrite, slot: () => slot, waiting: () => pool.length }
}

describe("several processes that write one hotkey's slot", () => {
  it("lose none of their texts, however their writes interleave", async () => {
    const writers = fc.array(fc.tuple(text, fc.nat(4)), { minLength: 2, maxLength: 3 }).map((all) => {
      const kinds = new Set<string>()
      return all.filter(([{ _tag }]) => !kinds.has(_tag) && kinds.add(_tag))
    })
    await fc.assert(
      fc.asyncProperty(writers, fc.array(text, { maxLength: 2 }), fc.infiniteStream(fc.nat(3)), async (processes, before, takes) => {
        // Three concurrent processes, one of which replaces a link: they may mistake an overwritten link for a new one.
        fc.pre(processes.length < 3 || !before.some(({ _tag }) => _tag === "Link"))
        const model = modelChain(write([], ...before))
        const run = Effect.gen(function* () {
          const fibers = yield* Effect.forEach(processes, ([one, delay]) =>
            Effect.fork(Effect.zipRight(Effect.repeatN(Effect.yieldNow(), delay * 3), writeText(model.access, later(one))))
          )
          for (let block = 0; block < 100; block++) {
            yield* Effect.repeatN(Effect.yieldNow(), 12)
            model.produce(takes.next().value ?? 1)
          }
          return yield* Effect.forEach(fibers, (fiber) => Fiber.join(fiber))
        })
        await Effect.runPromise(run)
        for (const [one] of processes) assert.isTrue(Slot.holds(model.slot(), later(one)), JSON.stringify(model.slot()))
        for (const one of new Map(before.map((text) => [text._tag, text])).values())
          if (!processes.some(([{ _tag }]) => _tag === one._tag)) assert.isTrue(Slot.holds(model.slot(), one))
        assert.strictEqual(model.waiting(), 0)
      }),
      { numRuns: 150 }
    )
  })

  it("restore what a program that knows nothing of others wrote in between", async () => {
    const model = modelChain(write([], link(1, "abc")))
    const done = Effect.runPromise(writeText(model.access, scores(5)))
    while (model.waiting() === 0) await Bun.sleep(0)
    // Included after the scores' writer has read the slot, and in a block before its own.
    model.overwrite(raw("gh:2:new", "theirs"))
    model.produce(1)
    while (model.waiting() === 0) await Bun.sleep(0)
    model.produce(1)
    await done
    assert.isTrue(Slot.holds(model.slot(), scores(5)))
    assert.isTrue(Slot.holds(model.slot(), link(2, "new")))
    assert.deepInclude(model.slot(), { _tag: "Raw", text: "theirs" })
  })

  it("send nothing where the text is there already", async () => {
    const model = modelChain(write([], link(1, "abc"), scores(5)))
    assert.isNull(await Effect.runPromise(writeText(model.access, scores(5))))
    assert.strictEqual(model.waiting(), 0)
  })

  it("give up by name when another one writes the same text differently each time", async () => {
    let slot: Slot.SlotFields = []
    const spoiled = {
      read: Effect.sync(() => slot),
      write: () =>
        Effect.sync(() => {
          slot = raw("gh:9:theirs")
          return { inclusion: 1, replaced: slot }
        })
    }
    const error = await Effect.runPromise(Effect.flip(writeText(spoiled, link(1, "ours"))))
    assert.match(error.message, /^"gh:1:ours" was committed 6 times, but another process/)
  })
})
