import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { auditCase } from "../../../lab/cli/simulate/auditCase.ts"
import { parseCases } from "../../../lab/cli/simulate/caseFile.ts"

const cell = { repository: "a/b", side: "author", sum: 5, less: 0, full: 0 }
const miner = { uid: 1, hotkey: "x", cells: [cell] }
const validator = { hotkey: "a", stake: "1", report: { miners: [miner] } }
const neuron = { uid: 1, hotkey: "x" }
const one = { validators: [validator], neurons: [neuron], roster: { "a/b": { emission_share: 1 } } }

const want = {
  quorum: true,
  reportingStake: "1",
  totalStake: "1",
  cells: [{ uid: 1, repository: "a/b", side: "author", net: 5 }],
  weights: [{ uid: 1, ppm: 1_000_000 }]
}

const withMiners = (...miners: ReadonlyArray<unknown>) => ({ ...one, validators: [{ ...validator, report: { miners } }] })
const withCell = (more: object) => withMiners({ ...miner, cells: [{ ...cell, ...more }] })

describe("a file for gittensor audit", () => {
  it("is one case, a list of cases, or a case on each line", () => {
    const formOf = (text: string) => Either.map(parseCases(text), ({ form, cases }) => [form, cases.length])
    assert.deepStrictEqual(formOf(JSON.stringify(one)), Either.right(["one", 1]))
    assert.deepStrictEqual(formOf(JSON.stringify(one, null, 2)), Either.right(["one", 1]))
    assert.deepStrictEqual(formOf(JSON.stringify({ note: "…", cases: [one, one] }, null, 2)), Either.right(["cases", 2]))
    assert.deepStrictEqual(formOf(JSON.stringify({ cases: [] })), Either.right(["cases", 0]))
    assert.deepStrictEqual(formOf(`${JSON.stringify(one)}\r\n\n${JSON.stringify(one)}\n`), Either.right(["lines", 2]))
  })

  it("takes stakes of 64 bits and whole reports, with the keys that decide nothing", () => {
    const stake = "18446744073709551615"
    const report = { format: "gittensor/report/v1", epoch: 3, root: "…", miners: [miner] }
    const [found] = Either.getOrThrow(parseCases(JSON.stringify({ ...one, epoch: 3, validators: [{ ...validator, stake, report }] }))).cases
    assert.strictEqual(found?.validators[0]?.stake, 18_446_744_073_709_551_615n)
  })

  it("is refused with the place of what is wrong", () => {
    const refused: ReadonlyArray<readonly [unknown, string]> = [
      [[], "Expected a JSON object, actual []"],
      [{}, "validators: is missing"],
      [{ cases: [one, { ...one, neurons: 5 }] }, "cases[1].neurons: Expected a list, actual 5"],
      [{ ...one, validators: [{ ...validator, hotkey: "" }] }, "validators[0].hotkey: "],
      [{ ...one, validators: [{ ...validator, stake: 5 }] }, "validators[0].stake: Expected string, actual 5"],
      [{ ...one, validators: [{ ...validator, stake: "-5" }] }, 'validators[0].stake: "-5" is not a stake'],
      [{ ...one, validators: [{ ...validator, stake: "1.5" }] }, 'validators[0].stake: "1.5" is not a stake'],
      [{ ...one, validators: [{ ...validator, stake: "" }] }, 'validators[0].stake: "" is not a stake'],
      [{ ...one, validators: [{ ...validator, stake: "18446744073709551616" }] }, "is not a stake"],
      [{ ...one, validators: [{ ...validator, stake: "9".repeat(100_000) }] }, "validators[0].stake: "],
      [{ ...one, validators: [{ hotkey: "a", stake: "1" }] }, "validators[0].report: is missing"],
      [{ ...one, validators: [validator, validator] }, 'validators[1].hotkey: "a" is there twice'],
      [{ ...one, neurons: [neuron, neuron] }, "neurons[1].uid: 1 is there twice"],
      [{ ...one, neurons: [{ ...neuron, uid: 65_536 }] }, "neurons[0].uid: "],
      [withMiners(miner, { ...miner, hotkey: "y" }), "validators[0].report.miners[1].uid: 1 is there twice"],
      [withMiners({ uid: 1, hotkey: "x" }), "validators[0].report.miners[0].cells: is missing"],
      [withCell({ sum: -1 }), "validators[0].report.miners[0].cells"],
      [withCell({ sum: 0.5 }), "validators[0].report.miners[0].cells"],
      [withCell({ side: "both" }), "validators[0].report.miners[0].cells"],
      [{ ...one, want: { quorum: "yes" } }, "want.quorum: "]
    ]
    for (const [document, place] of refused) {
      const reason = Either.getOrThrow(Either.flip(parseCases(JSON.stringify(document))))
      assert.include(reason, place)
      assert.isBelow(reason.length, 500)
      assert.notInclude(reason, "\n")
    }
    for (const rubbish of ["", "\0\0", "a".repeat(100_000), JSON.stringify(one).slice(0, 60), "\n".repeat(100_000), '{"validators"']) {
      const reason = Either.getOrThrow(Either.flip(parseCases(rubbish)))
      assert.include(reason, "it is not JSON")
      assert.isBelow(reason.length, 500)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal must not get any
      assert.notMatch(reason, /[\u0000-\u001f]/)
    }
    const deep = 100_000
    for (const nested of [`${"[".repeat(deep)}${"]".repeat(deep)}`, `${'{"validators":'.repeat(deep)}1${"}".repeat(deep)}`]) {
      const reason = Either.getOrThrow(Either.flip(parseCases(nested)))
      assert.match(reason, /actual (\[\[|\{"validators":)/)
      assert.isBelow(reason.length, 500)
    }
    assert.include(Either.getOrThrow(Either.flip(parseCases(`${JSON.stringify(one)}\n{"validators": 1}`))), "line 2: ")
    assert.include(Either.getOrThrow(Either.flip(parseCases(`${JSON.stringify(one)}\n{`))), "line 2: it is not JSON")
  })
})

describe("an audited case", () => {
  it("of the most stakes, UIDs and reports that there can be loses nothing", () => {
    const stake = 2n ** 64n - 1n
    const uids = Array.from({ length: 4_096 }, (_, index) => index + 1)
    const largest = {
      ...one,
      validators: [1, 2, 3].map((index) => ({
        hotkey: `v${index}`,
        stake: String(stake),
        report: { miners: uids.map((uid) => ({ uid, hotkey: `m${uid}`, cells: [{ ...cell, sum: index * 300_000 }] })) }
      })),
      neurons: uids.map((uid) => ({ uid, hotkey: `m${uid}` }))
    }
    const { cases } = Either.getOrThrow(parseCases(JSON.stringify(largest)))
    const [found] = cases.map(auditCase)
    assert.deepStrictEqual([found?.quorum, found?.totalStake, found?.reportingStake], [true, 3n * stake, 3n * stake])
    assert.strictEqual(found?.cells.length, 4_096)
    assert.isTrue(found?.cells.every(({ net }) => net === 600_000))
    assert.strictEqual(
      found?.weights?.reduce((sum, { ppm }) => sum + ppm, 0),
      1_000_000
    )
  })

  it("without validators or without neurons holds", () => {
    for (const none of [
      { ...one, validators: [] },
      { ...one, neurons: [] },
      { ...one, validators: [], neurons: [] }
    ]) {
      const { cases } = Either.getOrThrow(parseCases(JSON.stringify(none)))
      assert.deepStrictEqual(
        cases.map((audited) => auditCase(audited).weights),
        [null]
      )
    }
  })

  const findings = (claim: unknown) => {
    const { cases } = Either.getOrThrow(parseCases(JSON.stringify({ ...one, want: claim })))
    return cases.flatMap((audited) => auditCase(audited).findings ?? ["none"])
  }

  it("has no findings when the claim is right, and where nothing is claimed", () => {
    assert.deepStrictEqual(findings(want), ["none"])
    assert.deepStrictEqual(findings({}), ["none"])
    assert.deepStrictEqual(findings(undefined), ["none"])
    assert.deepStrictEqual(findings({ ...want, weights: [...want.weights].reverse() }), ["none"])
  })

  it("has one finding for each figure that differs", () => {
    const differing: ReadonlyArray<readonly [object, ReadonlyArray<string>]> = [
      [{ quorum: false }, ["quorum is true, and false is claimed"]],
      [{ totalStake: "2" }, ["totalStake is 1, and 2 is claimed"]],
      [{ reportingStake: "01" }, ["reportingStake is 1, and 01 is claimed"]],
      [{ weights: null }, ["weights is a list, and null is claimed"]],
      [{ weights: [{ uid: 1, ppm: 999_999 }] }, ["weights: that of UID 1 is 1000000, and 999999 is claimed"]],
      [{ cells: [] }, ["cells: the author's of UID 1 in a/b is 5, and nothing is claimed"]],
      [
        {
          cells: [
            { ...want.cells[0], net: 6 },
            { ...want.cells[0], uid: 2 }
          ]
        },
        ["cells: the author's of UID 1 in a/b is 5, and 6 is claimed", "cells: the author's of UID 2 in a/b is nothing, and 5 is claimed"]
      ]
    ]
    for (const [claim, found] of differing) assert.deepStrictEqual(findings({ ...want, ...claim }), found)
  })

  it("claims nothing where weights are held", () => {
    const held = { ...one, validators: [{ ...validator, report: null }], want: { ...want, quorum: false } }
    const { cases } = Either.getOrThrow(parseCases(JSON.stringify(held)))
    assert.deepStrictEqual(
      cases.flatMap((audited) => auditCase(audited).findings ?? []),
      [
        "reportingStake is 0, and 1 is claimed",
        "cells: the author's of UID 1 in a/b is nothing, and 5 is claimed",
        "weights is null, and a list is claimed"
      ]
    )
  })
})
